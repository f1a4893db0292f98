"""Measures the real firmware on the K210 emulator: instructions, heap and behaviour.

usage: MAIXPY_FIRMWARE=IMAGE.bin python -m bench.measure [SECTION ...]

Sections are the `measure_*` functions below.  docs/MEASURED.md holds what they printed.
"""

# ruff: noqa: UP031 - scripts for the board are full of braces
import json
import math
import os
import struct
import sys

import numpy as np

from tests.firmware.prompt import MODEL, SETUP, EmuError, card, cost, last_line, say, scene, start


def measure_heap():
    """Which GC heap sizes let the model, the camera, the panel and a code in view live together."""
    texts = (("cup", "h"), ("x" * 100, "m"), ("y" * 200, "l"), ("z" * 300, "l"), ("cup", "l"))
    for heap in (250000, 280000, 290000, 300000, 310000, 320000, 380000):
        board = start(heap)
        free = board.exec("gc.collect();print(gc.mem_free())").strip()
        found = []
        for text, error in texts:
            board.inject_frame(card(text, error=error))
            try:
                found.append(
                    board.exec("im=sensor.snapshot()\nprint([c.version() for c in im.find_qrcodes()])").strip()
                )
            except EmuError as failure:
                found.append(last_line(failure)[:30])
                break
        print("  heap %d: free %s; versions read %s" % (heap, free, found), flush=True)
        say(board, "kpu.memtest()")


PICTURE = (
    ("lcd.display(im)", "lcd.display(im)"),
    ("lcd.display(im, roi=, oft=)", "lcd.display(im,roi=(0,44,224,135),oft=(8,0))"),
    ("c = im.cut(0,44,224,135)", "k=im.cut(0,44,224,135)"),
    ("c = im.copy((0,44,224,135))", "k=im.copy((0,44,224,135))"),
    ("lcd.display(c, oft=(8,0))", "lcd.display(c,oft=(8,0))"),
    ("lcd.display(c)", "lcd.display(c)"),
    ("full.draw_image(im, 8, -44)", "full.draw_image(im,8,-44)"),
    ("lcd.display(full 240x135)", "lcd.display(full)"),
    ("im.resize(240,135)", "r=im.resize(240,135)"),
    ("middle rows into c by memoryview", "mc[:]=mi[19712:80192]"),
    ("im.draw_string 10 chars, scale 1", "im.draw_string(4,48,'0123456789',(255,255,255),scale=1,mono_space=True)"),
    ("im.draw_string 10 chars, scale 2", "im.draw_string(4,48,'0123456789',(255,255,255),scale=2,mono_space=True)"),
    ("im.draw_rectangle 224x135, thickness 3", "im.draw_rectangle(0,44,224,135,(0,255,0),3)"),
    ("im.draw_rectangle 224x12, filled", "im.draw_rectangle(0,44,224,12,(0,0,0),1,True)"),
    ("lcd.draw_string 10 chars", "lcd.draw_string(8,0,'0123456789',lcd.WHITE,lcd.BLACK)"),
    ("lcd.clear()", "lcd.clear()"),
)
STRIPS = """
s=image.Image(size=(224,%d));ms=memoryview(s.to_bytes())
def show(picture):
 p=memoryview(picture.to_bytes());n=%d;y=0
 for at in range(44*448,179*448,n*448):
  ms[:]=p[at:at+n*448]
  lcd.display(s,oft=(8,y))
  y+=n
"""


def measure_picture():
    """Ways to bring the middle 135 rows of the live picture to the panel."""
    board = start()
    board.exec("full=image.Image();c=im.copy((0,44,224,135));mc=memoryview(c.to_bytes());mi=memoryview(im.to_bytes())")
    for name, code in PICTURE:
        cost(board, name, code)
    board.exec("full=c=mc=None;gc.collect();im=sensor.snapshot();lcd.display(im)")
    whole = board.screenshot().copy()
    frame = scene()[44:179] & np.array([0xF8, 0xFC, 0xF8], np.uint8)
    print("  upright and unmirrored:", (whole[:, 8:232] & np.array([0xF8, 0xFC, 0xF8]) == frame).all())
    for rows in (5, 9, 15, 27, 45, 135):
        board.exec("lcd.clear();s=ms=None;gc.collect()" + STRIPS % (rows, rows) + "show(im)")
        print("  strips of %d rows show the same: %s" % (rows, (board.screenshot() == whole).all()))
        cost(board, "strips of %d rows" % rows, "show(im)")


DOT = """
import math
a=bytearray(768);c=bytearray(768);fc=kpu.face_compare
for i in range(768): a[i]=(i*37)%128;c[i]=(i*91+5)%128
ma=memoryview(a);mc=memoryview(c);h1=ma[0:384];h2=mc[0:384];q1=ma[0:192];q2=mc[0:192]
na=sum(x*x for x in a);nc=sum(x*x for x in c);ra=math.sqrt(na);rc=math.sqrt(nc)
def big(v,rev):
 o=bytearray(3072)
 for i in range(768): o[4*(767-i if rev else i)]=v[i]
 return int.from_bytes(o,'little')
ba=big(a,0);bc=big(c,1)
qf=np.zeros((1,768));mqf=memoryview(qf.asbytearray());col=np.zeros((768,1));mcol=memoryview(col.asbytearray())
u8=np.zeros((1,768),dtype=np.uint8);mu8=memoryview(u8.asbytearray())
for i in range(768): mqf[i]=float(a[i]);mcol[i]=float(c[i])
mu8[:]=c
"""
DOTS = (
    ("face_compare, bytearrays of 768", "fc(a,c)"),
    ("face_compare, kept memoryviews of 768", "fc(ma,mc)"),
    ("face_compare, kept memoryviews of 384", "fc(h1,h2)"),
    ("face_compare, kept memoryviews of 192", "fc(q1,q2)"),
    ("memoryview slice and face_compare of 384", "fc(ma[0:384],mc[0:384])"),
    ("int((face_compare - 50) * 0.02 * (ra * rc) + 0.5)", "d=int((fc(a,c)-50.0)*0.02*(ra*rc)+0.5)"),
    ("zip loop", "t=0\nfor x,y in zip(a,c): t+=x*y"),
    ("index loop", "t=0\nfor i in range(768): t+=a[i]*c[i]"),
    ("big int product, middle digit", "t=(ba*bc>>24544)&0xffffffff"),
    ("ulab: view assignment of an example", "mu8[:]=c"),
    ("ulab: sum(float * uint8)", "t=np.sum(qf*u8)"),
    ("ulab: dot((1,768) , (768,1))", "t=np.dot(qf,col)"),
    ("ulab: d = q - e; sum(d * d)", "d=qf-u8\nt=np.sum(d*d)"),
    ("ulab: sum(uint8)", "t=np.sum(u8)"),
    ("sum(bytearray)", "t=sum(a)"),
    ("math.sqrt(int)", "t=math.sqrt(230000)"),
)


def measure_dot():
    """Inner product of two vectors of 768 bytes: cost."""
    board = start()
    board.exec(DOT)
    for name, code in DOTS:
        cost(board, name, code)
    say(
        board,
        "t=0\nfor x,y in zip(a,c): t+=x*y\n"
        "print(t,(ba*bc>>24544)&0xffffffff,np.sum(qf*u8),np.dot(qf,col)[0],int((fc(a,c)-50.0)*0.02*(ra*rc)+0.5))",
        "all equal",
    )
    say(board, "print(fc(bytearray(768),c))", "face_compare with a zero vector")


EXACT = """
import math,ubinascii,ustruct,uctypes
a=bytearray(768);c=bytearray(768)
def t(na,nb,ra,rb):
 s=kpu.face_compare(a,c)
 print(ubinascii.hexlify(ustruct.pack('<f',s)).decode(),
  int((s*0.02-1.0)*(math.sqrt(na)*math.sqrt(nb))+0.5),
  int((s-50.0)*0.02*math.sqrt(na*nb)+0.5),
  (int((s-50.0)*262144.0)*((ra*rb)>>24)+1677721600)//3355443200)
print(uctypes.addressof(a),uctypes.addressof(c))
"""


def vectors(rng, kind):
    """A pair of byte vectors."""
    if kind in ("features", "close features", "identical"):
        first = np.where(rng.rand(768) < 0.16, 0, rng.gamma(1.0, 12.4 / 0.84, 768)).round().clip(0, 127)
        second = {
            "features": lambda: rng.permutation(first),
            "identical": lambda: first,
            "close features": lambda: (first + rng.normal(0, 6, 768) * (first > 0)).round().clip(0, 127),
        }[kind]()
    else:
        low = 100 if kind == "100..127" else 0
        first, second = rng.randint(low, 128, (2, 768))
    return first.astype(np.uint8), second.astype(np.uint8)


def measure_exact():
    """How far three formulas for the inner product by face_compare are from the whole number."""
    board = start()
    at = [int(x) for x in board.exec(EXACT).split()]
    rng = np.random.RandomState(1)
    for kind in ("features", "close features", "identical", "0..127", "100..127"):
        wrong, off, score = np.zeros(3, int), np.zeros(3, int), 0.0
        for _ in range(40):
            x, y = vectors(rng, kind)
            board.write(at[0], bytes(x))
            board.write(at[1], bytes(y))
            dot, nx, ny = (int(p.astype(int) @ q.astype(int)) for p, q in ((x, y), (x, x), (y, y)))
            answer = board.exec("t(%d,%d,%d,%d)" % (nx, ny, math.isqrt(nx << 32), math.isqrt(ny << 32))).split()
            errors = np.abs(np.array([int(n) for n in answer[1:]]) - dot)
            wrong, off = wrong + (errors > 0), np.maximum(off, errors)
            exact = 50 * (1 + dot / math.sqrt(nx * ny))
            s = struct.unpack("<f", bytes.fromhex(answer[0]))[0]
            score = max(score, abs(s - exact) / (2**-17 if exact >= 64 else 2**-18))
        print(
            "  %-15s dot ~%d: wrong of 40 %s, largest error %s; score off by %.2f ulp" % (kind, dot, wrong, off, score)
        )


QUANTISE = """
N=768
fa=np.zeros((1,N));mfa=memoryview(fa.asbytearray());src=memoryview(fm)[0:N];mfa[:]=src
u4=np.zeros((1,4*N),dtype=np.uint8);m4=memoryview(u4.asbytearray());ex=bytearray(N)
S=127/6;M=8388608.0
"""
CHAIN = (
    "mfa[:]=src\ny=fa*S+M\nm4[:]=uctypes.bytearray_at(uctypes.addressof(y.asbytearray()),3072)\n"
    "ex[:]=u4[::4].asbytearray()"
)
QUANTISES = (
    ("memoryview(fm)[0:768] into a float array", "mfa[:]=memoryview(fm)[0:768]"),
    ("the same from a kept view", "mfa[:]=src"),
    ("fm[0:768], a tuple", "t=fm[0:768]"),
    ("loop: e[i] = int(s[i] * k + 0.5)", "s=src;e=ex;k=S\nfor i in range(768): e[i]=int(s[i]*k+0.5)"),
    ("ulab: uint8[0:768] = float * S (through objects)", "u4[0:N]=fa*S"),
    ("ulab: fa * S", "y=fa*S"),
    ("ulab: u4[::4]", "z=u4[::4]"),
    ("ulab chain: * S, + 2^23, every fourth byte", CHAIN),
    ("ulab chain without the product (steps of 1/16)", CHAIN.replace("fa*S+M", "fa+524288.0")),
)


def measure_quantise():
    """From 768 floats in the KPU's buffer to 768 bytes."""
    board = start()
    board.exec(QUANTISE)
    for name, code in QUANTISES:
        cost(board, name, code)
    say(board, CHAIN + "\nprint(sum(1 for i in range(N) if ex[i]!=int(src[i]*S+0.5)))", "chain: bytes it gets wrong")


def with_quantize(kmodel, step):
    """A kmodel v3 whose float output passes a last QUANTIZE layer: bytes, floor(feature / step).

    The eight bytes of the new layer header come out of the padding before the first layer's weights, so that every
    weight keeps its place in the file.
    """
    count, outputs = struct.unpack_from("<I", kmodel, 12)[0], struct.unpack_from("<I", kmodel, 24)[0]
    at, size = struct.unpack_from("<II", kmodel, 28)
    table = 28 + 8 * outputs
    sizes = [struct.unpack_from("<II", kmodel, table + 8 * i)[1] for i in range(count)]
    body = table + 8 * count
    flags, out, layer, weights, norm, activation = struct.unpack_from("<6I", kmodel, body)
    head = bytearray(kmodel[:body])
    struct.pack_into("<I", head, 12, count + 1)
    struct.pack_into("<II", head, 28, 0, size // 4)
    struct.pack_into("<I", head, table + 4, sizes[0] - 8)
    head += struct.pack("<II", 11, 24) + struct.pack("<6I", flags, out, layer + 8, weights, norm, activation)
    head += bytes(layer - body - 24) + kmodel[layer : layer + 96] + bytes(weights - layer - 104)
    tail = bytes(body + sum(sizes) - len(kmodel))
    return bytes(head) + kmodel[weights:] + tail + struct.pack("<4I2f", 0, at, 0, size // 4, step, 0.0)


def measure_bytes_model():
    """The same network with a QUANTIZE layer at its end: the KPU's buffer already holds the bytes."""
    floats = start()
    board = start(setup=None)
    board.flash_write(0x300000, with_quantize(MODEL.read_bytes(), 6 / 127))
    board.exec(SETUP + "ex=bytearray(768);kept=memoryview(fm)[0:768]")
    say(board, "print(fm)")
    say(floats, "print(fm,len(memoryview(fm)),len(bytes(fm)))")
    want = json.loads(floats.exec("print([int(v*127/6) for v in fm[0:768]])"))
    got = json.loads(board.exec("print(list(kept))"))
    print("  bytes unlike floor(feature * 127 / 6):", sum(a != b for a, b in zip(want, got, strict=True)))
    say(board, "f=kpu.forward(task,im);print(uctypes.addressof(f)==uctypes.addressof(fm))", "the buffer stays")
    cost(floats, "kpu.forward, float output", "f=kpu.forward(task,im)")
    cost(board, "kpu.forward, byte output", "f=kpu.forward(task,im)")
    cost(board, "ex[:] = memoryview(fm)[0:768]", "ex[:]=memoryview(fm)[0:768]")
    cost(board, "ex[:] = kept view", "ex[:]=kept")
    cost(board, "face_compare(kept view, ex)", "t=kpu.face_compare(kept,ex)")


FILES = (
    ("append 800 B: open 'ab', write, close", "f=open('/flash/log','ab');f.write(rec);f.close()"),
    (
        "append 800 B: open 'r+b', seek(0,2), write, close",
        "f=open('/flash/log','r+b');f.seek(0,2);f.write(rec);f.close()",
    ),
    ("read 200 KB by readinto of 800 B", "f=open('/flash/log','rb')\nn=0\nwhile f.readinto(rec)==800: n+=1\nf.close()"),
    ("open and close", "f=open('/flash/log','rb');f.close()"),
    ("open, seek, readinto 800 B, close", "f=open('/flash/log','rb');f.seek(100000);f.readinto(rec);f.close()"),
    ("uos.stat, there", "t=uos.stat('/flash/log')"),
    ("uos.stat, not there", "try:\n uos.stat('/flash/nix')\nexcept OSError: pass"),
    ("open, not there", "try:\n open('/flash/nix','rb')\nexcept OSError: pass"),
    ("uos.listdir", "t=uos.listdir('/flash')"),
    ("create, write 1 B, close, remove", "f=open('/flash/z','wb');f.write(b'1');f.close();uos.remove('/flash/z')"),
    ("crc32 of 800 B", "t=ubinascii.crc32(rec)"),
)
MODULE = "".join(
    "def f%d(a, b=1):\n    total = 0\n    for i in range(a):\n        total += i * b\n"
    "    if total > 5:\n        return [total, 1]\n    return None\n\n\n" % i
    for i in range(33)
)


def measure_files():
    """The flash file system, and importing from it."""
    board = start(280000)
    board.exec(
        "import ubinascii,uio;rec=bytearray(800)\nf=open('/flash/log','wb')\nfor i in range(250): f.write(rec)"
        "\nf.close()"
    )
    for name, code in FILES:
        cost(board, name, code)
    say(board, "f=open('/flash/s','wb');f.write(b'1'*800);f.flush()", "flush after 800 B")
    say(board, "f.close();gc.collect();print(uos.stat('/flash/s')[6])", "size after the close that follows")
    say(board, "a=open('/flash/log','rb');c=open('/flash/s','rb');d=open('/flash/s','rb')", "a third open file")
    say(board, "a.close();c.close();f=uio.open('/flash/log','rb');print(len(f.read(2)));f.close()", "uio.open")
    say(
        board,
        "import uio;f=uio.StringIO()\ntry:\n 1/0\nexcept Exception as e: sys.print_exception(e,f)"
        "\nprint(repr(f.getvalue()))",
    )
    board.exec("m=bytearray(%d);f=open('/flash/lib/m.py','wb')" % len(MODULE))
    board.write(int(board.exec("print(uctypes.addressof(m))")), MODULE.encode())
    board.exec("f.write(m);f.close();m=None;uos.chdir('/flash')")
    for path in ("['','/flash/lib']", "['','.','/flash','lib']", "['lib','','.','/flash']"):
        board.exec("sys.modules.pop('m',None);gc.collect();sys.path[:]=" + path)
        try:
            print("  import of %d lines, path %s: %d instr" % (MODULE.count("\n"), path, board.count("import m").instr))
        except EmuError as error:
            print("  import, path %s: %s" % (path, last_line(error)))
    say(
        board,
        "sys.modules.pop('m',None);gc.collect();a=gc.mem_free()"
        "\nimport m\nc=gc.mem_free();gc.collect();print(a-c,a-gc.mem_free())",
        "heap while importing, kept",
    )


PARTS = """
import machine
from machine import UART,I2C
from fpioa_manager import fm as FM
FM.register(35,FM.fpioa.UART2_TX,force=True);FM.register(34,FM.fpioa.UART2_RX,force=True)
u2=UART(UART.UART2,115200,8,None,1,timeout=1000,read_buf_len=256);usb=UART.repl_uart()
i2=I2C(I2C.I2C0,freq=400000,scl=28,sda=29)
"""


def measure_parts():
    """Camera, network, cards, collector and the ports."""
    board = start(290000 if "v0.5" in os.environ["MAIXPY_FIRMWARE"] else None)
    say(board, "print(gc.mem_free(),gc.mem_alloc())")
    board.exec(PARTS)
    cost(board, "sensor.snapshot()", "t=sensor.snapshot()")
    cost(board, "kpu.forward", "m=kpu.forward(task,im)")
    cost(board, "find_qrcodes, none", "im.find_qrcodes()")
    cost(board, "find_qrcodes, none, roi 160x160", "im.find_qrcodes(roi=(32,32,160,160))")
    for text in ("cup", "x" * 100):
        board.inject_frame(card(text))
        board.exec("im=sensor.snapshot()")
        cost(board, "find_qrcodes, a code of %d characters" % len(text), "im.find_qrcodes()")
    for keep in ("None", "bytearray(200000)", "[bytearray(768) for i in range(250)]"):
        board.exec("keep=None;gc.collect();keep=%s;gc.collect()" % keep)
        cost(board, "gc.collect(), keeping " + keep, "gc.collect()")
    say(board, "print(gc.mem_free())", "free with 250 bytearrays of 768")
    for code in (
        "u2.write(b'cup;;')",
        "u2.any()",
        "u2.read()",
        "usb.any()",
        "usb.read()",
        "print('0123456789'*4)",
        "i2.readfrom_mem(0x34,0x78,1)",
        "utime.ticks_ms()",
    ):
        cost(board, code, code)
    say(board, "print(i2.scan(),i2.readfrom_mem(0x34,0x78,2))")
    say(
        board,
        "print([hasattr(machine,x) for x in ('WDT','unique_id')],"
        "hasattr(kpu,'face_compare'),hasattr(image,'font_load'))",
    )


if __name__ == "__main__":
    sections = {k[8:]: v for k, v in list(globals().items()) if k.startswith("measure_")}
    for section in sys.argv[1:] or sections:
        print(section)
        sections[section]()
