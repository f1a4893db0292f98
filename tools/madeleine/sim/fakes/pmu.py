"""`pmu`: the firmware's driver of the AXP192."""

from machine import I2C as _I2C
from madeleine.sim import axp192 as _axp192


class axp192:
    def __init__(self):
        self._i2c = _I2C(_I2C.I2C0, freq=400000, scl=28, sda=29)
        if _axp192.ADDRESS not in self._i2c.scan():
            raise OSError(19)

    def enableADCs(self, enable):
        self._i2c.writeto_mem(_axp192.ADDRESS, _axp192.ADC_ENABLE, 0xFF if enable else 0)

    def getVbatVoltage(self):
        return self._twelve_bits(0x78) * 1.1

    def getUSBVoltage(self):
        return self._twelve_bits(0x56) * 1.7

    def _twelve_bits(self, register):
        high, low = self._i2c.readfrom_mem(_axp192.ADDRESS, register, 2)
        return high << 4 | low

    def setScreenBrightness(self, brightness):
        if not 0 <= brightness <= 15:
            raise ValueError('brightness is 0 to 15')
        self._i2c.writeto_mem(_axp192.ADDRESS, _axp192.BACKLIGHT, brightness << 4)
