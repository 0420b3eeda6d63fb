// Typesets the formulas of all lessons into formulas/, one SVG file each, with MathJax:
//
//     npm install mathjax-full@3 && node resources/lessons/typeset.mjs
//
// Files of formulas that no lesson uses any more are removed.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(join(process.cwd(), "package.json"));
const { mathjax } = require("mathjax-full/js/mathjax.js");
const { TeX } = require("mathjax-full/js/input/tex.js");
const { SVG } = require("mathjax-full/js/output/svg.js");
const { liteAdaptor } = require("mathjax-full/js/adaptors/liteAdaptor.js");
const { RegisterHTMLHandler } = require("mathjax-full/js/handlers/html.js");
const { AllPackages } = require("mathjax-full/js/input/tex/AllPackages.js");

const folder = dirname(fileURLToPath(import.meta.url));
const output = join(folder, "formulas");
mkdirSync(output, { recursive: true });

const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const html = mathjax.document("", {
    InputJax: new TeX({ packages: AllPackages.filter((name) => name !== "bussproofs") }),
    OutputJax: new SVG({ fontCache: "none" }),
});

// The same pattern and the same name as widgets/lessons/formulas.cpp.
const pattern = /(?<!\\)\$([^$\n]+)\$/g;
const nameOf = (tex) => createHash("sha1").update(tex, "utf8").digest("hex").slice(0, 16) + ".svg";

const used = new Set();
for (const file of readdirSync(folder).filter((name) => name.endsWith(".md"))) {
    for (const [, tex] of readFileSync(join(folder, file), "utf8").matchAll(pattern)) {
        const svg = adaptor.innerHTML(html.convert(tex, { display: false }));
        if (svg.includes("data-mjx-error")) throw new Error(`${file}: $${tex}$ cannot be typeset`);
        used.add(nameOf(tex));
        writeFileSync(join(output, nameOf(tex)), svg + "\n");
    }
}
for (const name of readdirSync(output)) if (!used.has(name)) unlinkSync(join(output, name));
console.log(`${used.size} formulas`);
