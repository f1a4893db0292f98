"""The devices of the chip as a program meets them: by their registers, by DMA, in the time they take."""

import numpy as np
import pytest
from k210 import EmuTimeout
from k210.memory import SRAM_ALIAS
from k210.system import BY_PIN, BY_SOFTWARE, BY_WATCHDOG, RESET_STATUS
from madeleine.kpu import Network
from madeleine.kpu.emulator.speed import layer_times_ms
from madeleine.kpu.format.layertypes import ConvLayer
from madeleine.model import find_model

from tests.k210 import needs_unicorn  # noqa: F401
from tests.k210.machine_programs import A0, A1, T0, ZERO, addi, board, jump, set_register, sw

WATCHDOG, SYSTEM, DMA, SPI0, CAMERA, CONSOLE = 0x50400000, 0x50440000, 0x50000000, 0x52000000, 0x50430000, 0x38000000
MS = 416_000  # cycles, once the firmware has set its clock


def running(*parts, **options):
    """A board with MaixPy's clock, whose program stands still after these instructions."""
    machine = board(*parts, **options)
    machine.sysctl.write(0x08, 4, 0x22FC7F0)
    machine.sysctl.write(0x20, 4, 0x1001)
    assert machine.cpu_freq == 416_000_000
    return machine


def write(machine, base, offset, value, size=4):
    device, _ = machine.find_device(base)
    device.write(offset, size, value)


def read(machine, base, offset, size=4):
    device, _ = machine.find_device(base)
    return device.read(offset, size)


class TestWatchdog:
    def start(self, machine, control=1):
        """About 20 ms: 2^17 ticks of the crystal's half, divided by 4."""
        write(machine, SYSTEM, 0x50, 1)
        write(machine, WATCHDOG, 4, 1)
        write(machine, WATCHDOG, 0, control)
        return (1 << 17) / (26e6 / 4) * 1000

    def test_it_resets_a_board_that_does_not_feed_it(self):
        machine = running()
        limit_ms = self.start(machine)
        machine.run_for(ms=limit_ms - 1)
        assert machine.resets == 0
        machine.run_for(max_instr=2_000_000)
        assert machine.resets == 1
        assert read(machine, SYSTEM, RESET_STATUS) == BY_WATCHDOG

    def test_food_puts_it_off_and_nothing_else_does(self):
        machine = running()
        limit_ms = self.start(machine)
        for _ in range(4):
            machine.run_for(ms=limit_ms * 0.9)
            write(machine, WATCHDOG, 0x0C, 0x76)
        assert machine.resets == 0
        write(machine, WATCHDOG, 0x0C, 0x12)
        write(machine, WATCHDOG, 0, 0)
        assert machine.run_for(ms=limit_ms * 1.1) == "stop", "the time of a run goes on after a reset"
        assert machine.resets == 1

    def test_only_its_clock_stops_it_and_lets_it_go_on(self):
        machine = running()
        limit_ms = self.start(machine)
        machine.run_for(ms=limit_ms * 0.6)
        gates = read(machine, SYSTEM, 0x2C)
        write(machine, SYSTEM, 0x2C, gates & ~(1 << 24))
        machine.run_for(ms=limit_ms * 3)
        assert machine.resets == 0
        write(machine, SYSTEM, 0x2C, gates)
        machine.run_for(ms=limit_ms * 0.3)
        assert machine.resets == 0
        machine.run_for(ms=limit_ms * 0.2)
        assert machine.resets == 1

    def test_it_interrupts_first_when_told_to(self):
        machine = running()
        limit_ms = self.start(machine, control=3)
        machine.run_for(ms=limit_ms * 1.5)
        assert read(machine, WATCHDOG, 0x10) == 1
        assert machine.resets == 0
        machine.run_for(ms=limit_ms)
        assert machine.resets == 1


def test_the_firmware_resets_itself():
    machine = board(set_register(A0, SYSTEM), addi(A1, ZERO, 1), sw(A1, A0, 0x30))
    assert read(machine, SYSTEM, RESET_STATUS) == BY_PIN
    machine.auto_reset = False
    assert machine.run(max_instr=100) == "stop"
    assert machine.reset_requested
    machine.reset()
    assert read(machine, SYSTEM, RESET_STATUS) == BY_SOFTWARE
    assert (machine.resets, machine.cycles) == (1, 0)


class TestPanel:
    BYTES = 60_480  # of the app's picture

    def send(self, machine):
        """A picture by DMA from memory to the panel, as the firmware does it: 8 bits a frame, one line, divider 10."""
        machine.gpiohs.write(0x0C, 4, 1)  # the data pin
        machine.fpioa.write(4 * 20, 4, 24)
        for offset, value in ((0x00, 7 << 16 | 1 << 8), (0x14, 10), (0x08, 1), (0x10, 1)):
            write(machine, SPI0, offset, value)
        machine.lcd._command = 0x2C
        channel = 0x100
        for offset, value in ((0x00, SRAM_ALIAS), (0x08, SPI0 + 0x60), (0x10, self.BYTES - 1), (0x18, 1 << 6)):
            write(machine, DMA, channel + offset, value, size=8)
        write(machine, DMA, 0x18, 0x101)

    def test_a_picture_takes_as_long_as_its_bits_on_the_wire(self):
        machine = running()
        self.send(machine)
        start = machine.cycles
        machine.run(max_instr=1000)
        assert read(machine, DMA, 0x18) & 1, "under way"
        while read(machine, DMA, 0x18) & 1:
            machine.run(max_instr=20)
        assert machine.cycles - start == pytest.approx(self.BYTES * 8 / 41.6e6 * 416e6, rel=0.001)

    def test_a_program_that_only_looks_is_let_wait(self):
        machine = running()
        self.send(machine)
        before = machine.now()
        for _ in range(4):
            read(machine, DMA, 0x18)
            machine.run(max_instr=20)
        passed = machine.now() - before
        assert passed.instructions < 100
        assert passed.cycles > 11 * MS


class TestCamera:
    def snapshot(self, machine):
        """Wait for a frame, take it, and say how many milliseconds that took."""
        begin = machine.cycles
        write(machine, CAMERA, 0x20, 0x303)
        write(machine, CAMERA, 0x00, (28 * 8) << 20 | 7 << 12 | 0x100 | 8)
        write(machine, CAMERA, 0x20, 0x30000)
        while not read(machine, CAMERA, 0x20) & 0x100:
            machine.run(max_instr=1000)
        return (machine.cycles - begin) / MS

    @pytest.fixture
    def machine(self):
        machine = running()
        machine.ov7740.regs[machine.ov7740.DIVIDER] = 0
        write(machine, CAMERA, 0x10, 0x108)
        write(machine, CAMERA, 0x28, SRAM_ALIAS + 0x100000)
        return machine

    def test_frames_come_at_the_sensors_pace_whenever_one_looks(self, machine):
        period = machine.dvp.period_cycles / MS
        assert period == pytest.approx(1000 / 58, rel=0.01)
        self.snapshot(machine)
        for work_ms in (0, 1, 5, 16, 18):
            machine.run_for(ms=work_ms)
            took = self.snapshot(machine)
            assert 0.95 * period < took < 2.01 * period
            assert (work_ms + took) / period == pytest.approx(round((work_ms + took) / period), abs=0.01)

    def test_pixels(self, machine):
        picture = np.zeros((224, 224, 3), np.uint8)
        picture[0, 0], picture[0, 1] = (255, 0, 0), (0, 0, 255)
        machine.inject_frame(picture)
        self.snapshot(machine)
        assert machine.read(SRAM_ALIAS + 0x100000, 4) == b"\x1f\x00\x00\xf8", (
            "the first one in the upper half of a word"
        )
        assert machine.dvp.frames == 1

    def test_the_sensor_turns_its_picture(self, machine):
        picture = np.zeros((224, 224, 3), np.uint8)
        picture[0, 0], picture[0, 1], picture[223, 222], picture[223, 223] = (
            (255, 0, 0), (0, 0, 255), (0, 255, 0), (255, 255, 255),
        )  # fmt: skip
        machine.inject_frame(picture)
        sensor, begins = machine.ov7740, []
        for flips in (0, sensor.FLIP, sensor.FLIP | sensor.MIRROR):
            sensor.regs[sensor.FLIPS] = flips
            self.snapshot(machine)
            begins.append(machine.read(SRAM_ALIAS + 0x100000, 4).hex())
        assert begins == ["1f0000f8", "00000000", "e007ffff"]

    def test_a_source_wins_over_the_frame(self, machine):
        numbers = []
        machine.dvp.source = lambda number: numbers.append(number)
        self.snapshot(machine)
        self.snapshot(machine)
        assert numbers == [0, 1]


class TestConsole:
    def test_printing_takes_the_time_of_the_line(self):
        machine = running()
        write(machine, CONSOLE, 0x18, 3610)  # 115,200 baud
        begin = machine.cycles
        for byte in b"x" * 100:
            while read(machine, CONSOLE, 0) & 0x80000000:
                machine.run(max_instr=50)
            write(machine, CONSOLE, 0, byte)
        assert machine.take_output() == b"x" * 100
        assert (machine.cycles - begin) / MS == pytest.approx((100 - 8) * 10 / 115.2, rel=0.03)

    def test_waiting_for_what_is_not_printed(self):
        machine = running()
        write(machine, CONSOLE, 0, ord("a"))
        with pytest.raises(EmuTimeout, match=r"waited for b'b'.*b'a'"):
            machine.run_until("b", wall=0.2)

    def test_typing(self):
        machine = running()
        machine.send("hi")
        machine.run_for(ms=1)
        assert [read(machine, CONSOLE, 4) for _ in range(3)] == [ord("h"), ord("i"), 0x80000000]


def test_buttons_and_pins():
    machine = running()
    machine.fpioa.write(4 * 36, 4, 24)
    assert read(machine, 0x38001000, 0) & 1
    machine.press_button("A", ms=1)
    assert not read(machine, 0x38001000, 0) & 1
    machine.run_for(ms=2)
    assert read(machine, 0x38001000, 0) & 1


class TestKpu:
    @pytest.fixture
    def network(self):
        return Network.load(find_model("tour"))

    def test_layers_give_the_bytes_of_the_desk_in_the_time_of_the_line_model(self, network):
        machine = running()
        picture = np.random.default_rng(1).integers(0, 256, network.input_shape, dtype=np.uint8)
        network.place(picture)
        machine.kpu._memory.ai_ram[:] = network.memory.ai_ram
        write(machine, 0x40800000, 0x40, 1)
        convolutions = [step for step in network.steps if isinstance(step.layer, ConvLayer)]
        expected_ms = 0.0
        for step, took_ms in zip(network.steps, layer_times_ms(network), strict=True):
            step.run()
            if step in convolutions:
                begin = machine.cycles
                run_layer(machine, step.layer)
                assert (machine.cycles - begin) / MS == pytest.approx(took_ms, abs=0.01)
                expected_ms += took_ms
                if not step.layer.to_main_memory:
                    assert (machine.kpu._memory.ai_ram == network.memory.ai_ram).all()
        assert machine.kpu.layers_run == len(convolutions) > 5
        assert expected_ms > 1

    def test_a_layer_that_was_computed_before_is_remembered(self, network):
        from k210 import kpu

        step = next(step for step in network.steps if isinstance(step.layer, ConvLayer))
        machine = running()
        write(machine, 0x40800000, 0x40, 1)
        run_layer(machine, step.layer)
        known = len(kpu.RESULTS)
        again = running()
        write(again, 0x40800000, 0x40, 1)
        run_layer(again, step.layer)
        assert len(kpu.RESULTS) == known
        assert (again.kpu._memory.ai_ram == machine.kpu._memory.ai_ram).all()


def run_layer(machine, layer):
    """Put a layer's numbers into memory and its registers into the KPU, and run until it is done."""
    place, addresses = SRAM_ALIAS + 0x100000, {}
    for name in ("weights", "batch_norm", "activation"):
        content = getattr(layer, name)
        machine.write(place, content)
        addresses[name] = place
        place += -(-len(content) // 256) * 256
    words = bytearray(layer.registers.pack())
    for name, offset in (("batch_norm", 4 * 8 + 4), ("weights", 5 * 8 + 4), ("activation", 7 * 8 + 4)):
        words[offset : offset + 4] = addresses[name].to_bytes(4, "little")
    done = machine.kpu.layers_run
    machine.kpu.dma_write(0, bytes(words), 8)
    while machine.kpu.layers_run == done:
        machine.run(max_instr=1000)


def test_unknown_devices_are_remarked_and_remembered():
    machine = running()
    write(machine, 0x50450000, 0x10, 0x1234)
    assert read(machine, 0x50450000, 0x10) == 0x1234
    assert any("aes is not modelled" in line for line in machine.logs)


def test_sha256():
    import hashlib

    machine, message = running(), b"abc"
    block = message + b"\x80" + bytes(64 - len(message) - 9) + (8 * len(message)).to_bytes(8, "big")
    engine, _ = machine.find_device(0x502C0000)
    engine.write(0x28, 4, 1)
    engine.dma_write(0x20, block, 4)
    words = [engine.read(4 * number, 4) for number in range(8)]
    assert b"".join(word.to_bytes(4, "little") for word in reversed(words)) == hashlib.sha256(message).digest()


def test_a_program_that_stands_still_uses_up_its_budget():
    machine = running(jump(0), addi(T0, ZERO, 1))
    assert machine.run(max_instr=1000) == "budget"


def test_a_slow_serial_port_asks_for_no_interrupts_by_its_divisor():
    """9600 baud: the divisor's high byte goes to the place of the interrupts, while the latch is open."""
    uart, machine = 0x50220000, running()
    write(machine, uart, 0x04, 1)
    write(machine, uart, 0x0C, 0x80)
    write(machine, uart, 0x04, 6)
    write(machine, uart, 0x00, 5)
    assert (read(machine, uart, 0x04), read(machine, uart, 0x00)) == (6, 5)
    write(machine, uart, 0x0C, 3)
    assert read(machine, uart, 0x04) == 1
    assert machine.uarts[1].tx == b""
    assert read(machine, uart, 0x08) == 1  # nothing waits
    machine.uarts[1].send(b"x")
    assert read(machine, uart, 0x08) == 4
