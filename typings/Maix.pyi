from audio import Audio

class FPIOA:
    UART2_RX: int
    UART2_TX: int
    I2S0_SCLK: int
    I2S0_WS: int
    I2S0_OUT_D1: int
    GPIO0: int
    GPIO4: int
    GPIO5: int
    GPIO6: int
    GPIOHS0: int
    GPIOHS2: int
    GPIOHS7: int
    def get_Pin_num(self, func: int) -> int | None: ...

class GPIO:
    IN: int
    OUT: int
    PULL_UP: int
    GPIO0: int
    GPIO4: int
    GPIO5: int
    GPIO6: int
    GPIOHS2: int
    GPIOHS7: int
    def __init__(self, gpio: int, mode: int, pull: int = ..., value: int | None = None) -> None: ...
    def value(self, level: int | None = None) -> int: ...

class I2S:
    DEVICE_0: int
    CHANNEL_1: int
    TRANSMITTER: int
    RESOLUTION_16_BIT: int
    STANDARD_MODE: int
    def __init__(self, device: int, *, sample_points: int = ...) -> None: ...
    def channel_config(self, channel: int, mode: int, *, resolution: int = ..., align_mode: int = ...) -> None: ...
    def set_sample_rate(self, rate: int) -> None: ...
    def play(self, audio: Audio) -> None: ...

class _Utils:
    @staticmethod
    def gc_heap_size(size: int | None = None) -> int: ...

utils: type[_Utils]
