"""The commands of `madeleine`, one a file, named after it. A file is imported when its command is used, not before.

Each has `add_arguments(parser)`, which also sets `func`: it runs the command, namespace -> exit code.
"""

COMMANDS = {  # and what the help says of them
    "sim": "run the camera's own program on a virtual board",
    "web": "the camera in your browser, without a camera",
    "setup": "make a new M5StickV a Madeleine: firmware, model, app",
    "model": "list, fetch, look into, run, change and make feature models",
    "eval": "measure how well a feature model tells things apart",
    "teach": "make examples for the camera from folders of photographs",
    "why": "show where in a picture the camera sees what it names",
    "pose": "find the people in pictures, as coordinates",
    "cards": "print QR cards: names and commands",
    "examples": "take away, keep and give what a camera was taught",
    "sounds": "make and put what the camera says",
    "flash": "write firmware and model to the board's flash",
    "pack": "make a package of firmware and model",
    "firmware": "list and fetch the firmwares that Madeleine runs on",
    "monitor": "what the camera sees, live; and act on it",
    "bridge": "put all cameras of this computer on MQTT and into Home Assistant",
    "mcp": "let an assistant look through the camera, and teach it",
    "replay": "play a log of the monitor again",
    "whatif": "play a log again with other settings: what would it have said?",
    "install": "put the app on a camera, or bring it up to date",
    "uninstall": "take the app off a camera",
    "doctor": "say why the camera does not work",
    "completion": "print the completions for a shell",
}
