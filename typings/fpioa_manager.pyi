from Maix import FPIOA

class Fpioa_Manager:
    fpioa: FPIOA
    def register(self, pin: int, function: int, force: bool = ...) -> object: ...

fm: Fpioa_Manager
