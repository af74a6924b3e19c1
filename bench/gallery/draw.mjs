// Draws scenes of Discord messages as PNG files: node draw.mjs CHROMIUM FOLDER <scenes.json
//
// Scenes come from messages.py (`Scene` and `Line` there).
// Discord's Markdown becomes HTML by @odiffey/discord-markdown, the message around it by @skyra's web components.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { htmlOutput, markdownEngine, rules, toHTML } from "@odiffey/discord-markdown";
import { build } from "esbuild";
import puppeteer from "puppeteer-core";

const HERE = dirname(fileURLToPath(import.meta.url));
const BOT = "Verbatim";
const WIDEST_SHARP = 1200;

const avatar = (letter, colour) =>
  "data:image/svg+xml," +
  encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="${colour}"/>` +
      `<text x="20" y="28" font-family="sans-serif" font-size="22" font-weight="700" fill="#fff" ` +
      `text-anchor="middle">${letter}</text></svg>`,
  );
const AVATARS = { [BOT]: avatar("V", "#2d6a6a"), Ada: avatar("A", "#8a4f7d") };

const escaped = (text) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

// Discord's client asks whether what stands before ended a line, a block quote included; the library overlooks that.
const atLineStart = (rule) => ({
  ...rule,
  match: (source, state) =>
    state.prevCapture === null || state.prevCapture[0].endsWith("\n")
      ? rule.match(source, { ...state, prevCapture: null })
      : null,
});
const discordRules = { ...rules, footnote: atLineStart(rules.footnote), heading: atLineStart(rules.heading) };
const parser = markdownEngine.parserFor(discordRules);
const CHANNELS = { 1: "ask-verbatim", 2: "moderators" };
const options = {
  discordCallback: {
    user: () => `@${BOT}`,
    channel: ({ id }) => `#${CHANNELS[id] ?? "deleted-channel"}`,
    role: () => "@Researchers",
  },
};
const html = (content) => toHTML(content, options, parser, htmlOutput);

const oneLine = (content) => html(content).replace(/<(?!\/?span)[^>]*>/g, " ");

function opening({ reply_to, command, continued }) {
  const person = continued ? BOT : "Ada";
  const common = `author="${person}" role-color="currentColor" avatar="${AVATARS[person]}" slot="reply"`;
  if (command) return `<discord-command ${common} command="${escaped(command)}"></discord-command>`;
  if (reply_to) return `<discord-reply ${common}>${oneLine(reply_to)}</discord-reply>`;
  return "";
}

const row = (inner) => (inner ? `<discord-action-row>${inner}</discord-action-row>` : "");
const button = (label) => `<discord-button type="secondary">${escaped(label)}</discord-button>`;
const select = (menu) => menu && `<div class="menu">${escaped(menu)}<span>⌄</span></div>`;
const controls = (menu, labels) =>
  menu || labels.length > 0
    ? `<discord-attachments slot="components">${row(select(menu))}${row(labels.map(button).join(""))}</discord-attachments>`
    : "";

// A card: the components of a message as they are sent (Discord's developer reference, "Component Reference").
const words = (content) => `<div class="words">${html(content)}</div>`;
const picture = (url) => `<img class="picture" src="${url}"/>`;
const component = (c, m) =>
  ({
    1: () => row(c.components.map((inner) => component(inner, m)).join("")),
    2: () => button(c.label),
    3: () => select(c.placeholder),
    9: () =>
      `<div class="section"><div>${c.components.map((inner) => component(inner, m)).join("")}</div>` +
      `${row(component(c.accessory, m))}</div>`,
    10: () => words(c.content),
    12: () => c.items.map(() => picture(m.picture)).join(""),
    13: () => `<div class="menu">${escaped(c.file.url.split("/").at(-1))}</div>`,
    14: () => "<hr/>",
    17: () =>
      `<div class="card${c.accent_color === null ? " plain" : ""}" style="--accent: #${(c.accent_color ?? 0).toString(16).padStart(6, "0")}">` +
      `${c.components.map((inner) => component(inner, m)).join("")}</div>`,
  })[c.type]();

const body = (m) =>
  m.card.length > 0
    ? m.card.map((c) => component(c, m)).join("")
    : `${words(m.content)}${m.picture ? picture(m.picture) : ""}${controls(m.menu, m.buttons)}`;

const message = (m) =>
  `<discord-message author="${m.author}" avatar="${AVATARS[m.author]}" timestamp="9:00 AM"` +
  `${m.author === BOT ? " bot" : ""}${m.ephemeral ? " ephemeral" : ""}>` +
  `${opening(m)}${body(m)}</discord-message>`;

const page = ({ theme, messages }) =>
  `<body class="${theme}"><discord-messages no-background${theme === "light" ? " light-theme" : ""}>` +
  `${messages.map(message).join("")}</discord-messages></body>`;

async function bundled(contents, loader) {
  const result = await build({
    stdin: { contents, loader, resolveDir: HERE },
    bundle: true,
    write: false,
    minify: true,
    loader: { ".woff2": "dataurl", ".woff": "empty" },
  });
  return result.outputFiles[0].text;
}

const [executablePath, folder] = process.argv.slice(2);
const scenes = JSON.parse(await text(process.stdin));
const components = await bundled('import "@skyra/discord-components-core";', "js");
const style = await bundled(readFileSync(join(HERE, "discord.css"), "utf8"), "css");
const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const tab = await browser.newPage();
  for (const scene of scenes) {
    await tab.setViewport({ width: scene.width, height: 100, deviceScaleFactor: Math.min(2, WIDEST_SHARP / scene.width) });
    await tab.setContent(`<!doctype html><style>${style}</style>${page(scene)}`);
    await tab.addScriptTag({ content: components });
    await tab.evaluate(() => document.fonts.ready);
    const drawn = await tab.$("body");
    await drawn.screenshot({ path: join(folder, `${scene.name}.png`) });
    console.log(`${scene.name}.png`);
  }
} finally {
  await browser.close();
}
