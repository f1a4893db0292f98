"""`board`: which pin is what on the M5StickV. The UnitV runs the same firmware, hence has the same names."""


class Board_Info:
    ISP_RX, ISP_TX = 4, 5
    WIFI_TX, WIFI_RX = 39, 38
    CONNEXT_A, CONNEXT_B = 35, 34
    MPU_SDA, MPU_SCL, MPU_INT = 29, 28, 23
    SPK_LRCLK, SPK_BCLK, SPK_DIN, SPK_SD = 14, 15, 17, 25
    MIC_LRCLK, MIC_DAT, MIC_CLK = 10, 12, 13
    LED_W, LED_R, LED_G, LED_B = 7, 6, 9, 8
    BUTTON_A, BUTTON_B = 36, 37


board_info = Board_Info()
