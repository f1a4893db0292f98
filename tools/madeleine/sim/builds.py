"""The firmware builds and the boards there are, one row each: what they have, and where things are.

The builds are those of the table in docs; a row holds what changed from the row above. What is not known of the
package of M5Stack (its source is not public) is taken from v0.5.0_9, whose age it has.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Row:
    """One build or one board; its facts are attributes."""

    def __init__(self, facts: 'dict[str, Any]') -> None:
        for name in facts:
            setattr(self, name, facts[name])

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def _after(older: 'dict[str, Any]', **changes: 'Any') -> 'dict[str, Any]':
    facts = dict(older)
    facts.update(changes)
    return facts


_V0_4_0 = {
    'name': 'v0.4.0_47',
    'release': '0.4.0',
    'version': 'v0.4.0-47-g39bb8bf on 2019-09-02',
    'system_heap_bytes': 4638080,  # RAM beside the firmware; the GC heap and everything below is carved from it
    'ulab': False,
    'utils': False,  # Maix.utils.gc_heap_size
    'fallback_heap_bytes': None,  # when freq.conf asks for more than there is; None: no start
    'heap_free': False,  # Maix.utils.heap_free; a torn freq.conf does no harm
    'vectors': False,  # kpu.face_compare
    'outputs': False,  # kpu.get_output, kmodel v4
    'rounds': False,  # what the last layer quantises; seen: v0.4.0_47 and v0.5.0_9 drop the fraction
    'kpu_errors': None,  # added to the number of a load error; None: its text is whatever lies there in memory
    'safe_deinit': False,
    'exposure': False,  # the camera's exposure, gain and white balance can be set
    'hmirror_kpu': True,  # sensor.set_hmirror is the sensor's affair, and so mirrors the KPU's input too
    'lcd_type': 1,  # the only lcd.init(type=) that lights the panel of an M5StickV
    'lcd_types': (1, 2),  # others raise ValueError
    'lcd_register': False,  # lcd.register
    'fonts': False,  # image.font_load
    'font_px': (8, 10),  # of image.draw_string
    'lcd_font_px': (8, 16),  # of lcd.draw_string
    'mono_space': True,  # image.draw_string's default
    'pixels_shared': False,  # image.to_bytes gives the pixels themselves, not a copy
    'copied_to_ai': False,  # pix_to_ai works on the result of copy()
    'unique_id': False,
    'wdt': False,
    'ws2812': False,  # modules.ws2812
    'fm_class': False,  # fpioa_manager.fm is a class, and re-registers by default
    'flash_boot_with_card': False,  # /flash/boot.py runs when the card has none
    'first_second': 1546300800,  # of time.time() after power-on: 2019-01-01
}
_V0_5_0_9 = _after(
    _V0_4_0,
    name='v0.5.0_9',
    release='0.5.0',
    version='v0.5.0-9-g8eba07d on 2019-12-25',
    system_heap_bytes=3694592,
    ulab=True,
    utils=True,
    vectors=True,
    kpu_errors=0,
    pixels_shared=True,
    exposure=True,
    hmirror_kpu=False,
    unique_id=True,
    flash_boot_with_card=True,
)
_V0_5_0_42 = _after(
    _V0_5_0_9,
    name='v0.5.0_42',
    version='v0.5.0-42-g458ed4e on 2020-04-10',
    rounds=True,  # not known of any build: the vendor's later driver rounds, and so both are played
    system_heap_bytes=3_643_000,  # not measured: at least this, for Brownie's model and cards work at a heap of 250,000
    outputs=True,
    kpu_errors=2000,
    safe_deinit=True,
)
_V0_5_1 = _after(
    _V0_5_0_42,
    name='v0.5.1',
    release='0.5.1',
    version='v0.5.1-0-g8158d48 on 2020-08-19',
    heap_free=True,
    lcd_type=2,
    lcd_types=(1, 2, 3),
    fonts=True,
    font_px=(8, 12),
    lcd_font_px=(8, 12),
    mono_space=False,
    wdt=True,
)
_V0_6_2 = _after(
    _V0_5_1,
    name='v0.6.2',
    release='0.6.2',
    version='v0.6.2-0-g88bfd01 on 2020-12-16',
    hmirror_kpu=True,
    lcd_type=3,
    lcd_register=True,
    copied_to_ai=True,
    first_second=0,
)
_V0_6_3 = _after(
    _V0_6_2,
    name='v0.6.3',
    release='0.6.3',
    version='v0.6.3-0-g37c84a3 on 2024-05-30',
    fm_class=True,
    fallback_heap_bytes=128 * 1024,  # v0.6.2 means to, but hides the new heap in a block (maixpy_main.c)
)
_V5_1_2 = _after(_V0_5_0_9, name='v5.1.2', ws2812=True)

BUILDS = {row['name']: Row(row) for row in (_V0_4_0, _V0_5_0_9, _V0_5_0_42, _V0_5_1, _V0_6_2, _V0_6_3, _V5_1_2)}

BOARDS = {
    'm5stickv': Row(
        {
            'name': 'm5stickv',
            'buttons': {'A': 36, 'B': 37},
            'leds': {'w': 7, 'r': 6, 'g': 9, 'b': 8},  # active low
            'rgb_led': None,  # pin of a WS2812
            'amplifier': 25,  # high: the loudspeaker is on
            'lcd': True,
            'pmu': True,
            'upside_down': False,
        }
    ),
    'unitv': Row(
        {
            'name': 'unitv',
            'buttons': {'A': 18, 'B': 19},  # as programs written for it have them
            'leds': {},
            'rgb_led': 8,
            'amplifier': None,
            'lcd': False,
            'pmu': False,
            'upside_down': True,  # the camera is mounted so
        }
    ),
}
