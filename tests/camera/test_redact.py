"""What of a line or card nobody is to read."""

import pytest
from madeleine.camera import redact


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("*lock secret", "*lock ..."),
        (' x{"do":  "unlock", "value": "secret"}', "*unlock ..."),
        ('{"do": "\\u006cock", "value": "secret"}', "*lock ..."),
        ("*limit 200", "*limit 200"),
        ('{"do": "learn", "name": "lock"}', '{"do": "learn", "name": "lock"}'),
        ("*rename りんご\\u", "*rename りんご\\u"),
    ],
)
def test_no_code_of_a_lock_is_shown(line: str, shown: str) -> None:
    assert redact.without_code(line) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [('{"ssid": "home", "pw": "secret"}', "{...}"), ("cup", "cup"), ("*lock 1", "*lock 1")]
)
def test_no_password_of_a_card_is_shown(text: str, shown: str) -> None:
    assert redact.without_password(text) == shown
