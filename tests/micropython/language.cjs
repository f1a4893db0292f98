// node language.cjs PACKAGE [--mod NAME=FILE]... SCRIPT...
// Runs scripts under npm's micropython 1.1.8 (MicroPython 1.10): no file system, so modules are handed in, in the
// order in which they need each other. Output and exit code are the scripts'.
const fs = require("fs"), path = require("path");

const HEAP_BYTES = 6 << 20, END = "\x01END\x01", CODE = /\x02code=(.*?)\x02$/;
const args = process.argv.slice(2), folder = path.resolve(args.shift()), modules = [];
while (args[0] === "--mod") { args.shift(); const [name, ...rest] = args.shift().split("="); modules.push([name, rest.join("=")]); }

// The loader prints, fetches by URL when it can, and expects these globals.
console.log = console.error = console.warn = () => {};
delete globalThis.fetch;
Object.assign(global, { mpjscache: {}, formatString: o => JSON.stringify(o ?? null), AsyncFunction: (async () => {}).constructor });

let output = "";
global.mpjsPrintStdout = data => {
  output += Buffer.from(data).toString("latin1");
  if (output.endsWith(END)) finish(output.slice(0, -END.length).replace(/\r\n/g, "\n"));
};
process.on("uncaughtException", error => { fs.writeSync(2, "CRASH " + error + "\n"); process.exit(70); });

function finish(text) {
  const code = CODE.exec(text)[1];
  fs.writeSync(1, Buffer.from(text.replace(CODE, ""), "latin1"));
  process.exit(code === "None" ? 0 : +code & 255);
}

// Letters as they are: the program goes through the stack of this build, 5 MB, at four bytes a character.
const escaped = byte => "\\x" + byte.toString(16).padStart(2, "0");
const plain = byte => byte >= 32 && byte < 127 && byte !== 39 && byte !== 92;
const literal = text =>
  "b'" + [...Buffer.from(text)].map(byte => (plain(byte) ? String.fromCharCode(byte) : escaped(byte))).join("") + "'.decode()";
// The app drops modules and imports them again; here is nothing to import them from, so none is dropped.
const dropped = /del sys\.modules\[[^\]]*\]|sys\.modules\.pop\([^)]*\)/g;
const source = file => literal(fs.readFileSync(file, "utf8").replace(dropped, "None"));

// A class made from a module's dictionary passes for the module: functions found on a class are not bound.
function program() {
  const load = modules.map(([name, file]) => ` __load(${literal(name)},${literal(file)},${source(file)})\n`).join("");
  return "import sys\ndef __load(n,f,s):\n d={'__name__':n,'__file__':f}\n sys.modules[n]=type(n,(),d)\n exec(compile(s,f,'exec'),d)\n"
    + "__code=0\ntry:\n" + load
    + args.map(file => ` exec(compile(${source(file)},${literal(file)},'exec'),{'__name__':'__main__'})\n`).join("")
    + "except SystemExit as e:\n __code=e.args[0] if e.args else 0\n"
    + "except Exception as e:\n __code=1\n sys.print_exception(e)\n"
    + "print('\\x02code=',__code,'\\x02\\x01END\\x01',sep='',end='')\n";
}

require(path.join(folder, "lib/micropython.js"));
const start = () => {
  if (!global.mp_js_init) return setImmediate(start);
  global.mp_js_init(HEAP_BYTES);
  global.mp_js_do_str(program());
};
start();
