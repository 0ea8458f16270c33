// Drives JupyterLab through its page; .ci/browser/run calls it.
//
//   node test.mjs ROOT CHROMIUM [--keep]

import { spawn, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const [root, chromiumPath, option] = process.argv.slice(2);
const require = createRequire(path.join(root, "environment/.local/browser/package.json"));
const { chromium } = require("playwright-core");

const SECONDS_IN_ALL = 115;
const START = Date.now();
const out = path.join(root, "notebooks/out/browser");
const keep = option === "--keep";

function check(condition, message) {
  if (!condition) throw new Error(message);
}

function equal(actual, wanted, what) {
  check(actual === wanted, `${what}: ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`);
}

function matches(text, pattern, what) {
  check(pattern.test(text), `${what}: no ${pattern} in ${JSON.stringify(String(text).slice(0, 1500))}`);
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(condition, seconds, what) {
  const end = Date.now() + 1000 * seconds;
  let last;
  for (;;) {
    last = await condition();
    if (last) return last;
    check(Date.now() < end, `${what}: not within ${seconds} s`);
    await sleep(50);
  }
}

// ---- the server -----------------------------------------------------------------------------------

function freePort() {
  return new Promise((resolve, reject) => {
    const socket = net.createServer();
    socket.once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

class Server {
  async start() {
    this.home = fs.mkdtempSync(path.join(os.tmpdir(), "browser-test-"));
    this.token = randomBytes(24).toString("hex");
    this.port = await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    // Nobody's own settings; all cells are in the page, seen or not; no questions about news.
    const settings = {
      "apputils-extension/notification": { fetchNews: "false", checkForUpdates: false },
      "notebook-extension/tracker": { windowingMode: "none" },
    };
    for (const [name, content] of Object.entries(settings)) {
      const file = path.join(this.home, "settings/@jupyterlab", `${name}.jupyterlab-settings`);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, JSON.stringify(content));
    }
    const environment = {
      ...process.env,
      JUPYTER_CONFIG_DIR: path.join(this.home, "config"),
      JUPYTER_RUNTIME_DIR: path.join(this.home, "runtime"),
      JUPYTERLAB_SETTINGS_DIR: path.join(this.home, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: path.join(this.home, "workspaces"),
    };
    const log = fs.openSync(path.join(out, "jupyter.log"), "w");
    this.process = spawn(
      path.join(root, "environment/jupyter.sh"),
      ["--no-browser", `--port=${this.port}`, "--ServerApp.port_retries=0", `--IdentityProvider.token=${this.token}`],
      { env: environment, stdio: ["ignore", log, log], detached: true },
    );
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.once("exit", () => (this.isGone = true));
    await until(async () => {
      check(!this.isGone, `Jupyter has ended; see ${path.join(out, "jupyter.log")}`);
      return (await this.call("GET", "/api/status").catch(() => null))?.ok;
    }, 40, "Jupyter answers");
  }

  call(method, where) {
    return fetch(this.url + where, { method, headers: { Authorization: `token ${this.token}` } });
  }

  // The processes that the server has started, kernels among them.
  children() {
    const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
    const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number));
    const found = [];
    const look = (parent) => {
      for (const [pid, ppid] of pairs) {
        if (ppid === parent) {
          found.push(pid);
          look(pid);
        }
      }
    };
    look(this.process.pid);
    return found;
  }

  // Ends the server and its kernels; returns how many kernels had to be ended by force.
  async stop() {
    if (!this.process?.pid) return 0;
    const children = this.isGone ? [] : this.children();
    const signal = (pid, name) => {
      try {
        process.kill(pid, name);
        return true;
      } catch {
        return false;
      }
    };
    signal(-this.process.pid, "SIGTERM");
    await Promise.race([this.ended, sleep(10_000)]);
    signal(-this.process.pid, "SIGKILL");
    const left = children.filter((pid) => signal(pid, "SIGKILL"));
    fs.rmSync(this.home, { recursive: true, force: true });
    return left.length;
  }
}

// ---- the page -------------------------------------------------------------------------------------

class Notebook {
  constructor(page, server, name) {
    this.page = page;
    this.server = server;
    this.name = name;
    this.file = path.join(out, name);
  }

  async open() {
    fs.copyFileSync(path.join(root, ".ci/browser", this.name), this.file);
    const where = `/lab/workspaces/${path.parse(this.name).name}/tree/notebooks/out/browser/${this.name}`;
    await this.page.goto(`${this.server.url}${where}?token=${this.server.token}&reset`);
    await this.page.locator(".jp-Notebook .jp-CodeCell").first().waitFor({ timeout: 30_000 });
    await this.idle();
  }

  // The kernel is there and has nothing to do; the page knows it.
  async idle() {
    await until(async () => {
      const sessions = await (await this.server.call("GET", "/api/sessions")).json();
      return sessions.some(({ path: file, kernel }) => file?.endsWith(this.name) && kernel?.execution_state === "idle");
    }, 40, "the kernel is idle");
    await this.page.locator("#jp-main-statusbar", { hasText: /\| Idle/ }).waitFor({ timeout: 10_000 });
  }

  get cells() {
    return this.page.locator(".jp-Notebook .jp-CodeCell");
  }

  cell(number) {
    return this.cells.nth(number - 1);
  }

  prompt(number) {
    return this.cell(number).locator(".jp-InputArea .jp-InputPrompt").innerText();
  }

  prompts() {
    return this.page.locator(".jp-CodeCell .jp-InputArea .jp-InputPrompt").allInnerTexts();
  }

  // The texts of a cell's outputs, one for each.
  async outputs(number) {
    const texts = await this.cell(number).locator(".jp-OutputArea-output").allInnerTexts();
    return texts.map((text) => text.trim());
  }

  async menu(name, item) {
    await this.page.locator(".lm-MenuBar-itemLabel", { hasText: new RegExp(`^${name}$`) }).click();
    await this.page.locator(".lm-Menu-itemLabel", { hasText: item }).first().click();
  }

  async select(number) {
    await this.cell(number).locator(".jp-InputPrompt").click();
  }

  async edit(number) {
    await this.cell(number).locator(".cm-content").click();
    await this.page.keyboard.press("Control+End");
  }

  async save() {
    const before = fs.statSync(this.file).mtimeMs;
    await this.page.keyboard.press("Control+s");
    await until(() => fs.statSync(this.file).mtimeMs > before, 10, "the notebook is saved");
    await until(() => {
      try {
        return JSON.parse(fs.readFileSync(this.file, "utf8"));
      } catch {
        return null; // it is being written
      }
    }, 5, "the saved notebook is whole");
    return JSON.parse(fs.readFileSync(this.file, "utf8"));
  }
}

const joined = (text) => (Array.isArray(text) ? text.join("") : text);
const plain = (text) => joined(text).replace(/\u001b\[[0-9;]*m/g, "");

// What a saved output shows as text.
function savedText(output) {
  switch (output.output_type) {
    case "stream":
      return joined(output.text).trim();
    case "error":
      return plain(output.traceback.join("\n")).trim();
    default:
      return output.data["text/html"] ? null : joined(output.data["text/plain"] ?? "").trim();
  }
}

// Bytes, size and some pixels of each picture in a cell, as the browser has decoded them.
function pictures(cell) {
  return cell.locator(".jp-OutputArea-output img").evaluateAll((images) =>
    Promise.all(
      images.map(async (image) => {
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        const pixel = (x, y) => Array.from(context.getImageData(x, y, 1, 1).data).slice(0, 3);
        return {
          base64: image.src.replace(/^data:image\/png;base64,/, ""),
          width: image.naturalWidth,
          height: image.naturalHeight,
          pixels: [pixel(0, 0), pixel(50, 30), pixel(59, 39)],
        };
      }),
    ),
  );
}

const COLOURS = [[0, 0], [50, 30], [59, 39]].map(([x, y]) => [2 * x, 3 * y, x ^ y]);

async function checkPicture(cell, width, height) {
  const [picture, ...others] = await pictures(cell);
  check(picture && others.length === 0, `there are ${others.length + (picture ? 1 : 0)} pictures, not one`);
  equal(`${picture.width}x${picture.height}`, `${width}x${height}`, "the picture's size");
  equal(JSON.stringify(picture.pixels), JSON.stringify(COLOURS), "the picture's pixels");
  return picture;
}

// What outputs.ipynb has to show, whatever it was executed by.
async function checkOutputs(notebook) {
  const prompts = await notebook.prompts();
  equal(prompts.join(" "), prompts.map((_, index) => `[${index + 1}]:`).join(" "), "the prompts");
  const cells = [null];
  for (let number = 1; number <= prompts.length; number++) cells.push(await notebook.outputs(number));
  equal(cells[1].join("|"), "line 1\nline 2\nline 3", "the printed lines");
  equal(cells[2].join("|"), "{answer=42}", "the value");
  const resultPrompts = await notebook.cell(2).locator(".jp-OutputArea-prompt").allInnerTexts();
  equal(resultPrompts.join("").trim(), "[2]:", "the value's prompt");
  await checkPicture(notebook.cell(3), 120, 80);
  await checkPicture(notebook.cell(4), 60, 40);
  equal(cells[4].length, 2, "the number of things shown");
  equal(await notebook.cell(4).locator("b").innerText(), "bold words", "the shown HTML");
  equal(cells[5].join("|"), "state 5", "the panel");
  equal(cells[6].join("|"), "turned true", "the loop's text");
  equal(cells[7].length, 1, "the number of errors");
  matches(cells[7][0], /ArithmeticException/, "the error");
  matches(cells[7][0], /line 3\b|:3\)/, "the error's line");
  equal(cells[8].join("|"), "after the error", "the cell after the error");
  return cells;
}

async function checkSaved(notebook, shown) {
  const saved = (await notebook.save()).cells.filter((cell) => cell.cell_type === "code");
  for (const [index, cell] of saved.entries()) {
    const number = index + 1;
    equal(cell.execution_count, number, `the saved number of cell ${number}`);
    equal(cell.outputs.length, shown[number].length, `the saved outputs of cell ${number}`);
    const images = await pictures(notebook.cell(number));
    cell.outputs.forEach((output, place) => {
      const png = output.data?.["image/png"];
      if (png) {
        equal(joined(png).replace(/\s/g, ""), images.shift().base64.replace(/\s/g, ""), `the saved picture of cell ${number}`);
      } else if (savedText(output) !== null) {
        equal(savedText(output), shown[number][place], `the saved text of cell ${number}`);
      }
    });
  }
}

// ---- the test -------------------------------------------------------------------------------------

let page;
let count = 0;

async function step(name, action) {
  const start = Date.now();
  const picture = path.join(out, `${String(++count).padStart(2, "0")}-${name.replace(/\W+/g, "-")}.png`);
  try {
    const said = await action();
    console.log(`ok    ${name.padEnd(50)} ${((Date.now() - start) / 1000).toFixed(1)} s  ${said ?? ""}`);
    if (keep && page) await page.screenshot({ path: picture });
  } catch (fault) {
    console.log(`FAIL  ${name.padEnd(50)} ${((Date.now() - start) / 1000).toFixed(1)} s`);
    if (page) {
      await page.screenshot({ path: picture, timeout: 5000 }).catch(() => {});
      console.log(`      the page: ${path.relative(root, picture)}`);
    }
    throw fault;
  }
}

async function testOutputs(server) {
  const notebook = new Notebook(page, server, "outputs.ipynb");
  await step("open a notebook", () => notebook.open());
  let shown;
  const finished = async () => {
    const last = notebook.cells.last();
    await last.locator(".jp-OutputArea-output", { hasText: "after the error" }).waitFor({ timeout: 30_000 });
    await notebook.idle();
  };
  await step("run all cells", async () => {
    await notebook.menu("Run", /^Run All Cells$/);
    await until(async () => (await notebook.prompt(6)) === "[*]:", 10, "a waiting cell has a star");
    await finished();
    shown = await checkOutputs(notebook);
  });
  await step("save: the file is what the page shows", () => checkSaved(notebook, shown));
  await step("restart the kernel and run all cells", async () => {
    await page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name='restart-and-run'] jp-button, .jp-NotebookPanel-toolbar [data-jp-item-name='restart-and-run'] button").first().click();
    await page.locator(".jp-Dialog button.jp-mod-accept").click();
    await until(async () => (await notebook.prompt(8)) !== "[8]:", 10, "the numbers go");
    await finished();
    shown = await checkOutputs(notebook);
  });
  await step("save after the restart", () => checkSaved(notebook, shown));
  await step("reload the page: outputs stay", async () => {
    await page.reload();
    await notebook.cells.first().waitFor({ timeout: 30_000 });
    await notebook.idle();
    await checkOutputs(notebook);
  });
}

async function testInterrupt(server) {
  const notebook = new Notebook(page, server, "interrupt.ipynb");
  await step("open another notebook", () => notebook.open());
  const interrupted = async (interrupt) => {
    await notebook.select(1);
    await page.keyboard.press("Control+Enter");
    await notebook.cell(1).locator(".jp-OutputArea-output", { hasText: "running" }).waitFor({ timeout: 20_000 });
    await sleep(300);
    equal(await notebook.prompt(1), "[*]:", "the running cell's prompt");
    const start = Date.now();
    await interrupt();
    await notebook.cell(1).locator(".jp-OutputArea-output", { hasText: /[Ii]nterrupted/ }).waitFor({ timeout: 5000 });
    await until(async () => /^\[\d+\]:$/.test(await notebook.prompt(1)), 5, "the star goes");
    const seconds = (Date.now() - start) / 1000;
    await notebook.select(2);
    await page.keyboard.press("Control+Enter");
    const outputs = await until(async () => {
      const texts = await notebook.outputs(2);
      return /^\[\d+\]:$/.test(await notebook.prompt(2)) && texts.length && texts;
    }, 10, "the next cell has its value");
    equal(outputs.join("|").replaceAll('"', ""), "next cell", "the next cell");
    await page.keyboard.press("Escape");
    return `${seconds.toFixed(2)} s`;
  };
  await step("interrupt with the toolbar's button", () =>
    interrupted(() => page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name='interrupt'] jp-button, .jp-NotebookPanel-toolbar [data-jp-item-name='interrupt'] button").first().click()));
  await step("interrupt with the keys I I", () =>
    interrupted(async () => {
      await page.keyboard.press("i");
      await page.keyboard.press("i");
    }));
  await step("Tab completes", async () => {
    await notebook.edit(3);
    await page.keyboard.press("Tab");
    const completer = page.locator(".jp-Completer:not(.lm-mod-hidden)");
    await completer.locator(".jp-Completer-item").first().waitFor({ timeout: 10_000 });
    const items = (await completer.locator(".jp-Completer-match").allInnerTexts()).map((text) => text.trim());
    const wanted = items.findIndex((item) => /^toUpperCase/.test(item));
    check(wanted >= 0, `suggested: ${items.join(", ")}`);
    await completer.locator(".jp-Completer-item").nth(wanted).click();
    const code = await notebook.cell(3).locator(".cm-content").innerText();
    matches(code.trim(), /^word\.toUpperCase/, "the cell after the choice");
    return `${items.length} suggestions`;
  });
  await step("Shift+Tab shows documentation", async () => {
    await notebook.edit(4);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Shift+Tab");
    const tooltip = page.locator(".jp-Tooltip");
    await tooltip.waitFor({ timeout: 10_000 });
    const text = await tooltip.innerText();
    matches(text, /classGrid/, "the tooltip");
    matches(text, /Draws one row for each class/, "the tooltip's Javadoc");
  });
}

async function main() {
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out, { recursive: true });
  const server = new Server();
  let browser;
  let status = 0;
  let stopping;
  const stop = () => (stopping ??= end());
  const end = async () => {
    await Promise.race([browser?.close(), sleep(5000)]).catch(() => {});
    const left = await server.stop();
    if (left > 0) {
      console.log(`FAIL  ${left} kernels outlived the server`);
      status = 1;
    }
  };
  const giveUp = async (reason) => {
    console.log(`FAIL  ${reason}`);
    await page?.screenshot({ path: path.join(out, "end.png"), timeout: 5000 }).catch(() => {});
    await stop();
    process.exit(1);
  };
  const timer = setTimeout(() => giveUp(`not done within ${SECONDS_IN_ALL} s`), 1000 * SECONDS_IN_ALL);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(name, () => giveUp(name));
  try {
    await step("start Jupyter", () => server.start());
    browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ["--disable-dev-shm-usage", "--disable-gpu"],
    });
    page = await browser.newPage({ viewport: { width: 1300, height: 1700 } });
    page.setDefaultTimeout(15_000);
    await testOutputs(server);
    await testInterrupt(server);
  } catch (fault) {
    console.log(`      ${String(fault.stack).replaceAll("\n", "\n      ")}`);
    status = 1;
  } finally {
    clearTimeout(timer);
    await stop();
  }
  const verdict = status === 0 ? "passed" : "failed";
  console.log(`\nthe browser test has ${verdict} in ${((Date.now() - START) / 1000).toFixed(0)} s`);
  process.exit(status);
}

await main();
