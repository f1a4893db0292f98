"""Letters and their marks as one character each, so that a name is one class however it was typed (Unicode's NFC).

macOS writes the names of files with marks apart, and people copy names from there. Imported for such a name and dropped
again. Latin, Greek, Cyrillic, kana and Hangul are composed; other writings stay as they are.
"""

from micropython import const

_VOICED = '\u3099'
_HALF_VOICED = '\u309a'
# Each kana stands before its voiced one, but for these (JIS X 0208); two steps before its half-voiced one.
_VOICEABLE = 'かきくけこさしすせそたちつてとはひふへほゝカキクケコサシスセソタチツテトハヒフヘホヽ'
_HALF_VOICEABLE = 'はひふへほハヒフヘホ'
_ODD_VOICED = ('うウワヰヱヲ', 'ゔヴヷヸヹヺ')

# Hangul by arithmetic: chapter 3.12 of the Unicode standard.
_LEAD, _VOWEL, _TAIL, _SYLLABLE = const(0x1100), const(0x1161), const(0x11A7), const(0xAC00)
_VOWELS, _TAILS = const(21), const(28)
_SYLLABLES = const(19 * 21 * 28)

_PAIRS = {  # of a mark: letters, and the same with the mark
    '\u0300': ('AEIOUaeiouÜüNnЕИеиĒēŌōWwÂâĂăÊêÔôƠơƯưYy', 'ÀÈÌÒÙàèìòùǛǜǸǹЀЍѐѝḔḕṐṑẀẁẦầẰằỀềỒồỜờỪừỲỳ'),
    '\u0301': (
        'AEIOUYaeiouyCcLlNnRrSsZzÜüGgÅåÆæØø¨ΑΕΗΙΟΥΩϊαεηιϋουωϒГКгкÇçĒēÏïKkMmÕõŌōPpŨũWwÂâĂăÊêÔôƠơƯư',
        'ÁÉÍÓÚÝáéíóúýĆćĹĺŃńŔŕŚśŹźǗǘǴǵǺǻǼǽǾǿ΅ΆΈΉΊΌΎΏΐάέήίΰόύώϓЃЌѓќḈḉḖḗḮḯḰḱḾḿṌṍṒṓṔṕṸṹẂẃẤấẮắẾếỐốỚớỨứ',
    ),
    '\u0302': ('AEIOUaeiouCcGgHhJjSsWwYyZzẠạẸẹỌọ', 'ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷẐẑẬậỆệỘộ'),
    '\u0303': ('ANOanoIiUuVvÂâĂăEeÊêÔôƠơƯưYy', 'ÃÑÕãñõĨĩŨũṼṽẪẫẴẵẼẽỄễỖỗỠỡỮữỸỹ'),
    '\u0304': ('AaEeIiOoUuÜüÄäȦȧÆæǪǫÖöÕõȮȯYyGgḶḷṚṛ', 'ĀāĒēĪīŌōŪūǕǖǞǟǠǡǢǣǬǭȪȫȬȭȰȱȲȳḠḡḸḹṜṝ'),
    '\u0306': ('AaEeGgIiOoUuУИиуȨȩẠạ', 'ĂăĔĕĞğĬĭŎŏŬŭЎЙйўḜḝẶặ'),
    '\u0307': ('CcEeGgIZzAaOoBbDdFfHhMmNnPpRrSsŚśŠšṢṣTtWwXxYyſ', 'ĊċĖėĠġİŻżȦȧȮȯḂḃḊḋḞḟḢḣṀṁṄṅṖṗṘṙṠṡṤṥṦṧṨṩṪṫẆẇẊẋẎẏẛ'),
    '\u0308': ('AEIOUaeiouyYΙΥιυϒЕІеіHhÕõŪūWwXxt', 'ÄËÏÖÜäëïöüÿŸΪΫϊϋϔЁЇёїḦḧṎṏṺṻẄẅẌẍẗ'),
    '\u0309': ('AaÂâĂăEeÊêIiOoÔôƠơUuƯưYy', 'ẢảẨẩẲẳẺẻỂểỈỉỎỏỔổỞởỦủỬửỶỷ'),
    '\u030a': ('AaUuwy', 'ÅåŮůẘẙ'),
    '\u030b': ('OoUu', 'ŐőŰű'),
    '\u030c': ('CcDdEeLlNnRrSsTtZzAaIiOoUuÜüGgKkƷʒjHh', 'ČčĎďĚěĽľŇňŘřŠšŤťŽžǍǎǏǐǑǒǓǔǙǚǦǧǨǩǮǯǰȞȟ'),
    '\u030f': ('AaEeIiOoRrUu', 'ȀȁȄȅȈȉȌȍȐȑȔȕ'),
    '\u0311': ('AaEeIiOoRrUu', 'ȂȃȆȇȊȋȎȏȒȓȖȗ'),
    '\u031b': ('OoUu', 'ƠơƯư'),
    '\u0323': ('BbDdHhKkLlMmNnRrSsTtVvWwZzAaEeIiOoƠơUuƯưYy', 'ḄḅḌḍḤḥḲḳḶḷṂṃṆṇṚṛṢṣṬṭṾṿẈẉẒẓẠạẸẹỊịỌọỢợỤụỰựỴỵ'),
    '\u0324': ('Uu', 'Ṳṳ'),
    '\u0325': ('Aa', 'Ḁḁ'),
    '\u0326': ('SsTt', 'ȘșȚț'),
    '\u0327': ('CcGgKkLlNnRrSsTtEeDdHh', 'ÇçĢģĶķĻļŅņŖŗŞşŢţȨȩḐḑḨḩ'),
    '\u0328': ('AaEeIiUuOo', 'ĄąĘęĮįŲųǪǫ'),
    '\u032d': ('DdEeLlNnTtUu', 'ḒḓḘḙḼḽṊṋṰṱṶṷ'),
    '\u032e': ('Hh', 'Ḫḫ'),
    '\u0330': ('EeIiUu', 'ḚḛḬḭṴṵ'),
    '\u0331': ('BbDdKkLlNnRrTtZzh', 'ḆḇḎḏḴḵḺḻṈṉṞṟṮṯẔẕẖ'),
}


def composed(text: str) -> str:
    """The text with each letter and its marks as one character, where Unicode has one."""
    made = []  # type: list[str]
    for character in text:
        pair = _pair(made[-1], character) if made else ''
        if pair:
            made[-1] = pair
        else:
            made.append(character)
    return ''.join(made)


def _pair(letter: str, mark: str) -> str:
    """One character for both; '' if there is none."""
    if mark == _VOICED:
        return chr(ord(letter) + 1) if letter in _VOICEABLE else _among(_ODD_VOICED, letter)
    if mark == _HALF_VOICED:
        return chr(ord(letter) + 2) if letter in _HALF_VOICEABLE else ''
    if mark in _PAIRS:
        return _among(_PAIRS[mark], letter)
    return _syllable(ord(letter), ord(mark))


def _among(pairs: 'tuple[str, str]', letter: str) -> str:
    at = pairs[0].find(letter)
    return pairs[1][at] if at >= 0 else ''


def _syllable(first: int, second: int) -> str:
    """A Hangul syllable of a lead and a vowel, or of a syllable without a tail and a tail."""
    lead, vowel, tail, syllable = first - _LEAD, second - _VOWEL, second - _TAIL, first - _SYLLABLE
    if 0 <= lead < 19 and 0 <= vowel < _VOWELS:
        return chr(_SYLLABLE + (lead * _VOWELS + vowel) * _TAILS)
    if 0 <= syllable < _SYLLABLES and syllable % _TAILS == 0 and 0 < tail < _TAILS:
        return chr(first + tail)
    return ''
