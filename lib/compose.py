"""Letters and their marks as one character each, so that a name is one class however it was typed (Unicode's NFC).

macOS writes the names of files with marks apart, and people copy names from there. Imported for such a name and dropped
again. Latin, Greek, Cyrillic, kana and Hangul are composed; other writings stay as they are.
"""

from micropython import const

from characters import codes, text_of

_VOICED, _HALF_VOICED = const(0x3099), const(0x309A)
# Each kana stands before its voiced one, but for these (JIS X 0208); two steps before its half-voiced one.
_VOICEABLE = 'かきくけこさしすせそたちつてとはひふへほゝカキクケコサシスセソタチツテトハヒフヘホヽ'
_HALF_VOICEABLE = 'はひふへほハヒフヘホ'
_ODD_VOICED = 'うウワヰヱヲゔヴヷヸヹヺ'

# Hangul by arithmetic: chapter 3.12 of the Unicode standard.
_LEAD, _VOWEL, _TAIL, _SYLLABLE = const(0x1100), const(0x1161), const(0x11A7), const(0xAC00)
_VOWELS, _TAILS = const(21), const(28)
_SYLLABLES = const(19 * 21 * 28)

# Of a mark: letters, and then the same with the mark. One text each, as a short one would stay in the heap for ever.
_PAIRS = {
    0x300: 'AEIOUaeiouÜüNnЕИеиĒēŌōWwÂâĂăÊêÔôƠơƯưYyÀÈÌÒÙàèìòùǛǜǸǹЀЍѐѝḔḕṐṑẀẁẦầẰằỀềỒồỜờỪừỲỳ',
    0x301: (
        'AEIOUYaeiouyCcLlNnRrSsZzÜüGgÅåÆæØø¨ΑΕΗΙΟΥΩϊαεηιϋουωϒГКгкÇçĒēÏïKkMmÕõŌōPpŨũWwÂâĂăÊêÔôƠơƯư'
        'ÁÉÍÓÚÝáéíóúýĆćĹĺŃńŔŕŚśŹźǗǘǴǵǺǻǼǽǾǿ΅ΆΈΉΊΌΎΏΐάέήίΰόύώϓЃЌѓќḈḉḖḗḮḯḰḱḾḿṌṍṒṓṔṕṸṹẂẃẤấẮắẾếỐốỚớỨứ'
    ),
    0x302: 'AEIOUaeiouCcGgHhJjSsWwYyZzẠạẸẹỌọÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷẐẑẬậỆệỘộ',
    0x303: 'ANOanoIiUuVvÂâĂăEeÊêÔôƠơƯưYyÃÑÕãñõĨĩŨũṼṽẪẫẴẵẼẽỄễỖỗỠỡỮữỸỹ',
    0x304: 'AaEeIiOoUuÜüÄäȦȧÆæǪǫÖöÕõȮȯYyGgḶḷṚṛĀāĒēĪīŌōŪūǕǖǞǟǠǡǢǣǬǭȪȫȬȭȰȱȲȳḠḡḸḹṜṝ',
    0x306: 'AaEeGgIiOoUuУИиуȨȩẠạĂăĔĕĞğĬĭŎŏŬŭЎЙйўḜḝẶặ',
    0x307: 'CcEeGgIZzAaOoBbDdFfHhMmNnPpRrSsŚśŠšṢṣTtWwXxYyſĊċĖėĠġİŻżȦȧȮȯḂḃḊḋḞḟḢḣṀṁṄṅṖṗṘṙṠṡṤṥṦṧṨṩṪṫẆẇẊẋẎẏẛ',
    0x308: 'AEIOUaeiouyYΙΥιυϒЕІеіHhÕõŪūWwXxtÄËÏÖÜäëïöüÿŸΪΫϊϋϔЁЇёїḦḧṎṏṺṻẄẅẌẍẗ',
    0x309: 'AaÂâĂăEeÊêIiOoÔôƠơUuƯưYyẢảẨẩẲẳẺẻỂểỈỉỎỏỔổỞởỦủỬửỶỷ',
    0x30A: 'AaUuwyÅåŮůẘẙ',
    0x30B: 'OoUuŐőŰű',
    0x30C: 'CcDdEeLlNnRrSsTtZzAaIiOoUuÜüGgKkƷʒjHhČčĎďĚěĽľŇňŘřŠšŤťŽžǍǎǏǐǑǒǓǔǙǚǦǧǨǩǮǯǰȞȟ',
    0x30F: 'AaEeIiOoRrUuȀȁȄȅȈȉȌȍȐȑȔȕ',
    0x311: 'AaEeIiOoRrUuȂȃȆȇȊȋȎȏȒȓȖȗ',
    0x31B: 'OoUuƠơƯư',
    0x323: 'BbDdHhKkLlMmNnRrSsTtVvWwZzAaEeIiOoƠơUuƯưYyḄḅḌḍḤḥḲḳḶḷṂṃṆṇṚṛṢṣṬṭṾṿẈẉẒẓẠạẸẹỊịỌọỢợỤụỰựỴỵ',
    0x324: 'UuṲṳ',
    0x325: 'AaḀḁ',
    0x326: 'SsTtȘșȚț',
    0x327: 'CcGgKkLlNnRrSsTtEeDdHhÇçĢģĶķĻļŅņŖŗŞşŢţȨȩḐḑḨḩ',
    0x328: 'AaEeIiUuOoĄąĘęĮįŲųǪǫ',
    0x32D: 'DdEeLlNnTtUuḒḓḘḙḼḽṊṋṰṱṶṷ',
    0x32E: 'HhḪḫ',
    0x330: 'EeIiUuḚḛḬḭṴṵ',
    0x331: 'BbDdKkLlNnRrTtZzhḆḇḎḏḴḵḺḻṈṉṞṟṮṯẔẕẖ',
}


def composed(text: str) -> str:
    """The text with each letter and its marks as one character, where Unicode has one."""
    made = []  # type: list[int]
    for code in codes(text):
        pair = _pair(made[-1], code) if made else 0
        if pair:
            made[-1] = pair
        else:
            made.append(code)
    return text_of(made)


def _pair(letter: int, mark: int) -> int:
    """One character for both; 0 if there is none."""
    if mark == _VOICED:
        return letter + 1 if letter in codes(_VOICEABLE) else _among(_ODD_VOICED, letter)
    if mark == _HALF_VOICED:
        return letter + 2 if letter in codes(_HALF_VOICEABLE) else 0
    if mark in _PAIRS:
        return _among(_PAIRS[mark], letter)
    return _syllable(letter, mark)


def _among(pairs: str, letter: int) -> int:
    points = codes(pairs)
    half = len(points) // 2
    return points[half + points.index(letter)] if letter in points[:half] else 0


def _syllable(first: int, second: int) -> int:
    """A Hangul syllable of a lead and a vowel, or of a syllable without a tail and a tail."""
    lead, vowel, tail, syllable = first - _LEAD, second - _VOWEL, second - _TAIL, first - _SYLLABLE
    if 0 <= lead < 19 and 0 <= vowel < _VOWELS:
        return _SYLLABLE + (lead * _VOWELS + vowel) * _TAILS
    if 0 <= syllable < _SYLLABLES and syllable % _TAILS == 0 and 0 < tail < _TAILS:
        return first + tail
    return 0
