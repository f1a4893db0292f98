"""What stands under a code: the name, and what the card does, in English and Japanese; and the ready deck of cards.

The deck has no lock: its code is the owner's own, and its card is made alone (`madeleine cards "*lock CODE"`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from madeleine.cards.code import Code, code
from madeleine.device import command
from madeleine.errors import ToolError

COMMANDS = (
    "*exclude",
    "*undo",
    "*reset",
    "0",
    "*mark 50",
    "100",
    "*unit ml",
    "*gauge water",
    "*forget gauge",
    "*limit 150",
    "*limit 200",
    "*limit 300",
    "*rule fit",
    "*rule nearest",
    "*why",
    "*good",
    "*where on",
    "*where off",
    "*language auto",
    "*language en",
    "*language ja",
    "*turn 180",
    "*turn 0",
    "*set main",
    "*set 2",
    "*copy 2",
    "*scratch 5",
    "*mode pose",
    "*mode things",
)
LINKS = ("*link json", "*link brownie", "*link husky", "*grove all", "*grove sure")
OF_A_NAME = ("{name}", "*select {name}", "*rename {name}", "*forget {name}")
FIRST_NAME = "A"  # of the class that button A teaches at first

#   word (or word and argument)   English, Japanese
WORDS = {
    "learn": ("Show it, take it away: learned after 3 s.", "見せて外すと、3秒後に覚えます"),
    "exclude": ("The view is ignored from now on.", "この景色を無視します"),
    "mark": ("The view is {0} on the gauge.", "この景色をゲージの {0} にします"),
    "unit": ("The unit of the gauge.", "ゲージの単位を決めます"),
    "gauge": ("The name of the gauge.", "ゲージの名前を決めます"),
    "reset": ("Forgets everything; asks first (A: yes, B: no).", "全部忘れます(確認あり A:はい B:いいえ)"),
    "undo": ("Forgets the newest example.", "最後の例を取り消します"),
    "forget": ("Forgets this name.", "この名前を忘れます"),
    "forget gauge": ("Forgets the gauge; asks first.", "ゲージを忘れます(確認あり)"),
    "rename": ("The selected class gets this name.", "選んだクラスをこの名前にします"),
    "select": ("Button A teaches this name.", "ボタンAでこの名前を教えます"),
    "limit": ("How near counts as seen (200 at first).", "認識する近さ(最初は 200)"),
    "rule fit": ("Weighs all examples of a name together.", "名前の例を全部まとめて比べます"),
    "rule nearest": ("Takes the nearest example alone.", "一番近い例だけで決めます"),
    "why": ("Shows where it sees the thing, until a press.", "どこを見ているか示します(ボタンで終わり)"),
    "good": ("How odd is it? Until a press.", "どれくらい変か示します(ボタンで終わり)"),
    "where on": ("USB also gets the place of the thing.", "USBへ物の位置も送ります"),
    "where off": ("USB gets names alone.", "USBへ名前だけ送ります"),
    "language auto": ("The screen speaks what was installed.", "入れたことばで話します"),
    "language en": ("The screen speaks English.", "画面を英語にします"),
    "language ja": ("The screen speaks Japanese.", "画面を日本語にします"),
    "turn 180": ("The camera is mounted upside down.", "カメラを逆さに付けたとき"),
    "turn 0": ("The camera is mounted upright.", "カメラをふつうの向きに付けたとき"),
    "set": ("Another set of examples; made if it is new.", "別のセットに切り替えます(なければ作ります)"),
    "copy": ("Copies this set to that one.", "今のセットをその名前に写します"),
    "lock": ("Locks the camera for visitors.", "カメラをロックします"),
    "unlock": ("Unlocks the camera.", "ロックを解除します"),
    "mode pose": ("Finds bodies: 17 points of one person.", "人の体の 17 の点を見つけます"),
    "mode things": ("Names things again.", "物の名前を言うモードに戻ります"),
    "scratch": ("Locked, it forgets lessons after {0} min.", "ロック中は {0} 分で忘れます"),
    "link json": ("USB speaks JSON.", "USBの出力をJSONにします"),
    "link husky": ("Grove answers as a HuskyLens.", "GroveがHuskyLensとして答えます"),
    "link brownie": ("USB speaks as Brownie does.", "USBの出力をBrownie形式にします"),
    "grove all": ("Grove gets probable answers, too.", "Groveへ「たぶん」の答えも送ります"),
    "grove sure": ("Grove gets sure answers only.", "Groveへ確かな答えだけ送ります"),
    "pass": ("Goes to the Grove port as it is.", "Groveポートへそのまま送ります"),
}
LANGUAGES = {"en": (0,), "ja": (1,), "both": (0, 1), "none": ()}


@dataclass(frozen=True)
class Card:
    """One card: its code, its title, and what it does."""

    code: Code
    title: str
    notes: tuple[str, ...]


def card(text: str, language: str, title: str | None = None) -> Card:
    """A card with what it does explained; `language` one of LANGUAGES; ToolError for what the board would refuse."""
    made = code(text)
    request = made.request
    key = f"{request.word} {request.argument}"
    key = key if key in WORDS else request.word
    if title is None:
        title = "{ ... }" if request.word == "pass" else command.SHOWN.get(request.word, made.text)
    return Card(made, title, tuple(WORDS[key][index].format(request.argument) for index in LANGUAGES[language]))


def deck(names: Sequence[str]) -> list[str]:
    """The texts of a deck: for each name its three cards, and every command."""
    for name in names:
        if code(name).request.word != "learn":
            raise ToolError(f"{name!r} is not a name; --deck takes names only and adds all commands itself")
    of_names = [form.format(name=name) for name in names or (FIRST_NAME,) for form in OF_A_NAME]
    return [*of_names, *COMMANDS, *LINKS]
