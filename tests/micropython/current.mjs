// node current.mjs PACKAGE [--mount HOST:BOARD]... SCRIPT [ARGUMENT]...
// Runs a script under npm's official MicroPython. Its files live in memory: each mount, a file or a folder, is copied
// in, and folders stand on sys.path in the order given. Output and exit code are the script's.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const HEAP_BYTES = 16 << 20; // it collects nothing while a script runs
const args = process.argv.slice(2), folder = path.resolve(args.shift()), mounts = [];
while (args[0] === "--mount") { args.shift(); mounts.push(args.shift().split(":")); }

await import(pathToFileURL(path.join(folder, "micropython.mjs")).href);
const python = await globalThis.loadMicroPython({
  url: path.join(folder, "micropython.wasm"), heapsize: HEAP_BYTES, linebuffer: false,
  stdin: () => null, stdout: data => fs.writeSync(1, data), stderr: data => fs.writeSync(2, data) });

const isFolder = host => fs.statSync(host).isDirectory();

function put(host, board) {
  if (!isFolder(host)) return python.FS.writeFile(board, fs.readFileSync(host));
  python.FS.mkdirTree(board);
  for (const name of fs.readdirSync(host)) if (name !== "__pycache__") put(path.join(host, name), board + "/" + name);
}

function code(error) {
  if (error.name !== "PythonError") { fs.writeSync(2, "CRASH " + error + "\n"); return 70; }
  if (error.type !== "SystemExit") { fs.writeSync(2, error.message + "\n"); return 1; }
  const value = (/SystemExit: ?(.*)\s*$/.exec(error.message) || ["", ""])[1].trim();
  return value === "" || value === "None" ? 0 : /^-?\d+$/.test(value) ? +value & 255 : 1;
}

for (const [host, board] of mounts) {
  python.FS.mkdirTree(path.posix.dirname(board));
  put(host, board);
}
const folders = mounts.filter(([host]) => isFolder(host)).map(([, board]) => board);
let exit = 0;
try {
  python.runPython("import sys\nsys.argv[:]=" + JSON.stringify(args) + "\nsys.path[:]=" + JSON.stringify(["", ...folders]));
  python.FS.writeFile("/__main__.py", fs.readFileSync(args[0]));
  python.runPython("exec(compile(open('/__main__.py').read()," + JSON.stringify(args[0]) + ",'exec'),{'__name__':'__main__'})");
} catch (error) {
  exit = code(error);
}
process.exit(exit);
