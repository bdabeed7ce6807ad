"use strict";
// A model's Markdown laid out when a case is opened, as `show/markdown.py` does for cards: elements of our own making,
// their texts as texts. Nothing that a model wrote is ever read as HTML.
window.workbenchMarkdown = (() => {
  const LONGEST = 100_000;
  const DEEPEST = 20;
  const FENCE = /^( {0,3})(`{3,}|~{3,})([^`]*)$/;
  const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
  const RULE = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
  const QUOTE = /^ {0,3}> ?/;
  const ITEM = /^( {0,3})([-+*]|\d{1,9}[.)])(?:( +)(.*)|[ \t]*)$/;
  const ALIGNED = /^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
  const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
  const SIGN = /[\p{P}\p{S}]/u;
  const LETTER = /[\p{L}\p{N}_]/u;
  const make = (tag, text, css) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (css) element.className = css;
    return element;
  };
  const LEADS = /^(?:(?:https?|mailto):|[^:]*$)/i;
  const linkTo = (address) => {
    const link = make("a");
    if (/^(?:https?|mailto):/i.test(address)) link.href = address;
    link.rel = "noopener noreferrer nofollow";
    return link;
  };

  // Emphasis by the rules of CommonMark: runs of signs are texts of their own until a run that closes finds its opener.
  const emphasised = (runs) => {
    for (let at = 0; at < runs.length; at += 1) {
      const closer = runs[at];
      for (let back = at - 1; closer.closes && closer.left && back >= Math.max(0, at - 100); back -= 1) {
        const opener = runs[back];
        if (!opener.left || !opener.opens || opener.sign !== closer.sign) continue;
        const odd = (opener.closes || closer.opens) && (opener.size + closer.size) % 3 === 0;
        if (odd && (opener.size % 3 || closer.size % 3)) continue;
        const two = closer.left > 1 && opener.left > 1;
        if (closer.sign === "~" && !two) continue;
        const element = make(closer.sign === "~" ? "s" : two ? "strong" : "em");
        while (opener.node.nextSibling !== closer.node) element.append(opener.node.nextSibling);
        opener.node.after(element);
        for (let between = back + 1; between < at; between += 1) runs[between].left = 0;
        for (const run of [opener, closer]) {
          run.left -= two ? 2 : 1;
          run.node.data = run.sign.repeat(run.left);
        }
        back = opener.left ? back + 1 : back;
      }
    }
  };
  const brackets = (text) => {
    const ends = new Map();
    const open = [];
    for (let at = 0; at < text.length; at += 1) {
      if (text[at] === "\\") at += 1;
      else if (text[at] === "[") open.push(at);
      else if (text[at] === "]" && open.length) ends.set(open.pop(), at);
    }
    return ends;
  };
  const inline = (text, depth) => {
    const found = document.createDocumentFragment();
    const runs = [];
    const ends = brackets(text);
    let plain = "";
    const flush = () => {
      if (plain) found.append(plain);
      plain = "";
    };
    const rest = (pattern, at) => {
      pattern.lastIndex = at;
      return pattern.exec(text);
    };
    for (let at = 0; at < text.length;) {
      const sign = text[at];
      let match = null;
      if (sign === "\\" && at + 1 < text.length) {
        if (text[at + 1] === "\n") {
          flush();
          found.append(make("br"));
          at += 2;
          while (text[at] === " ") at += 1;
          continue;
        }
        const kept = "()[]".includes(text[at + 1]); // the brackets of a formula stay as they are
        if (kept || /[!-/:-@[-`{-~]/.test(text[at + 1])) {
          plain += kept ? text.slice(at, at + 2) : text[at + 1];
          at += 2;
          continue;
        }
      } else if (sign === "`") {
        const [fence] = rest(/`+/y, at);
        let end = at + fence.length;
        for (const run of text.slice(end).matchAll(/`+/g)) {
          if (run[0].length !== fence.length) continue;
          let code = text.slice(end, end + run.index).replaceAll("\n", " ");
          if (/^ .*[^ ].* $/.test(code) || /^ [^ ] $/.test(code)) code = code.slice(1, -1);
          flush();
          found.append(make("code", code));
          end += run.index + fence.length;
          match = run;
          break;
        }
        if (!match) plain += fence;
        at = end;
        continue;
      } else if (sign === "&" && (match = rest(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w+));/y, at))) {
        const code = match[1] ? Number(match[1]) : match[2] ? parseInt(match[2], 16) : 0;
        const told = match[3] ? ENTITIES[match[3]] : code > 31 && code < 0x110000 ? String.fromCodePoint(code) : undefined;
        if (told !== undefined) {
          plain += told;
          at += match[0].length;
          continue;
        }
      } else if (sign === "<" && (match = rest(/<((?:https?|mailto):[^\s<>]*)>/iy, at))) {
        flush();
        const link = linkTo(match[1]);
        link.textContent = match[1];
        found.append(link);
        at += match[0].length;
        continue;
      } else if (sign === "[" && depth < DEEPEST) {
        const end = ends.get(at);
        match = end ? rest(/\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\([^\s()]*\))*))(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)/y, end + 1) : null;
        if (match && LEADS.test(match[1] ?? match[2])) {
          flush();
          const link = linkTo((match[1] ?? match[2]).replace(/\\([!-/:-@[-`{-~])/g, "$1"));
          link.append(inline(text.slice(at + 1, end), depth + 1));
          found.append(link);
          at = end + 1 + match[0].length;
          continue;
        }
      } else if (sign === "\n") {
        const broken = plain.endsWith("  ");
        plain = plain.replace(/ +$/, "");
        if (broken) {
          flush();
          found.append(make("br"));
        } else {
          plain += "\n";
        }
        at += 1;
        while (text[at] === " ") at += 1;
        continue;
      } else if ("*_~".includes(sign)) {
        const before = at ? [...text.slice(Math.max(0, at - 2), at)].pop() : " ";
        if (sign === "*" && /[\p{L}\p{N}_)\]]/u.test(before) && (LETTER.test(text[at + 1] ?? "") || "([".includes(text[at + 1] || " "))) {
          plain += "*"; // between two factors
          at += 1;
          continue;
        }
        let size = 1;
        while (text[at + size] === sign) size += 1;
        const after = at + size < text.length ? String.fromCodePoint(text.codePointAt(at + size)) : " ";
        const left = !/\s/.test(after) && (!SIGN.test(after) || /\s/.test(before) || SIGN.test(before));
        const right = !/\s/.test(before) && (!SIGN.test(before) || /\s/.test(after) || SIGN.test(after));
        flush();
        const node = document.createTextNode(sign.repeat(size));
        found.append(node);
        const word = sign === "_";
        runs.push({
          node, sign, size, left: size,
          opens: left && (!word || !right || SIGN.test(before)),
          closes: right && (!word || !left || SIGN.test(after)),
        });
        at += size;
        continue;
      }
      plain += sign;
      at += 1;
    }
    flush();
    emphasised(runs);
    return found;
  };

  const indentOf = (line) => line.length - line.trimStart().length;
  const cellsOf = (line) => {
    const cells = line.trim().split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
    if (cells[0] === "") cells.shift();
    if (cells.length > 1 && cells.at(-1) === "") cells.pop();
    return cells;
  };
  const isTable = (lines, at) => at + 1 < lines.length && lines[at].includes("|") && ALIGNED.test(lines[at + 1])
    && (lines[at + 1].includes("|") || lines[at + 1].includes(":")) && cellsOf(lines[at]).length === cellsOf(lines[at + 1]).length;
  const interrupts = (lines, at) => {
    const item = ITEM.exec(lines[at]);
    return FENCE.test(lines[at]) || HEADING.test(lines[at]) || RULE.test(lines[at]) || QUOTE.test(lines[at]) || isTable(lines, at)
      || (item !== null && Boolean(item[4]) && (!/\d/.test(item[2]) || Number.parseInt(item[2], 10) === 1));
  };
  const table = (lines, at, depth) => {
    const element = make("table");
    const sides = cellsOf(lines[at + 1]).map((cell) => (cell.endsWith(":") ? (cell.startsWith(":") ? "center" : "right") : ""));
    const rowOf = (line, tag) => {
      const row = make("tr");
      const cells = cellsOf(line);
      sides.forEach((side, column) => {
        const cell = make(tag);
        cell.append(inline(cells[column] ?? "", depth));
        if (side) cell.style.textAlign = side;
        row.append(cell);
      });
      return row;
    };
    const head = make("thead");
    const body = make("tbody");
    head.append(rowOf(lines[at], "th"));
    let next = at + 2;
    while (next < lines.length && lines[next].trim() && indentOf(lines[next]) < 4 && (lines[next].includes("|") || !interrupts(lines, next))) {
      body.append(rowOf(lines[next], "td"));
      next += 1;
    }
    element.append(head, ...(body.rows?.length || body.childNodes.length ? [body] : []));
    return [element, next];
  };
  const list = (lines, at, depth) => {
    const first = ITEM.exec(lines[at]);
    const kind = first[2].at(-1);
    const ordered = /\d/.test(first[2]);
    const element = make(ordered ? "ol" : "ul");
    if (ordered && Number.parseInt(first[2], 10) !== 1) element.start = Number.parseInt(first[2], 10);
    const items = [];
    let loose = false;
    let next = at;
    while (next < lines.length) {
      const item = ITEM.exec(lines[next]);
      if (!item || item[2].at(-1) !== kind || RULE.test(lines[next])) break;
      const gap = item[3] === undefined ? 1 : item[3].length > 4 ? 1 : item[3].length;
      const inside = item[1].length + item[2].length + gap;
      const own = [item[4] === undefined ? "" : item[3].slice(gap) + item[4]];
      next += 1;
      let blank = false;
      for (; next < lines.length; next += 1) {
        const line = lines[next];
        if (!line.trim()) {
          blank = true;
          own.push("");
        } else if (indentOf(line) >= inside) {
          own.push(line.slice(inside));
          blank = false;
        } else if (!blank && own.at(-1) && !ITEM.test(line) && !interrupts(lines, next)) {
          own.push(line.trimStart());
        } else {
          break;
        }
      }
      const spaced = own.at(-1) === "" && own.length > 1;
      while (own.length > 1 && own.at(-1) === "") own.pop();
      items.push(own);
      const goesOn = next < lines.length && ITEM.exec(lines[next])?.[2].at(-1) === kind;
      loose ||= (spaced && goesOn) || own.some((line, place) => line === "" && place && !own.slice(0, place).some((each) => FENCE.test(each)));
    }
    for (const own of items) {
      const entry = make("li");
      entry.append(blocks(own, depth + 1, !loose));
      element.append(entry);
    }
    return [element, next];
  };
  const blocks = (lines, depth, tight = false) => {
    const found = document.createDocumentFragment();
    if (depth > DEEPEST) {
      found.append(make("p", lines.join("\n")));
      return found;
    }
    let at = 0;
    const quoted = (css) => {
      const own = [];
      while (at < lines.length && (QUOTE.test(lines[at]) || (own.at(-1)?.trim() && lines[at].trim() && !interrupts(lines, at)))) {
        own.push(lines[at].replace(QUOTE, ""));
        at += 1;
      }
      const element = make("blockquote", undefined, css);
      element.append(blocks(own, depth + 1));
      return element;
    };
    while (at < lines.length) {
      const line = lines[at];
      let match;
      if (!line.trim()) {
        at += 1;
      } else if (indentOf(line) >= 4) {
        const own = [];
        while (at < lines.length && (indentOf(lines[at]) >= 4 || !lines[at].trim())) own.push(lines[at++].slice(4));
        const code = make("pre");
        code.append(make("code", own.join("\n").replace(/\n+$/, "") + "\n"));
        found.append(code);
      } else if ((match = FENCE.exec(line)) !== null) {
        const own = [];
        const close = new RegExp(`^ {0,3}${match[2][0]}{${match[2].length},}[ \\t]*$`);
        for (at += 1; at < lines.length && !close.test(lines[at]); at += 1) {
          own.push(lines[at].slice(Math.min(match[1].length, indentOf(lines[at]))));
        }
        at += 1;
        const code = make("pre");
        code.append(make("code", own.length ? own.join("\n") + "\n" : ""));
        found.append(code);
      } else if ((match = HEADING.exec(line)) !== null) {
        const head = make("p", undefined, "heading");
        head.append(inline((match[2] ?? "").trim(), depth));
        found.append(head);
        at += 1;
      } else if (RULE.test(line)) {
        found.append(make("hr"));
        at += 1;
      } else if (QUOTE.test(line)) {
        found.append(quoted());
      } else if (ITEM.test(line)) {
        const [element, next] = list(lines, at, depth);
        found.append(element);
        at = next;
      } else if (isTable(lines, at)) {
        const [element, next] = table(lines, at, depth);
        found.append(element);
        at = next;
      } else {
        const own = [line.trimStart()];
        let underlined = false;
        for (at += 1; at < lines.length && lines[at].trim(); at += 1) {
          underlined = /^ {0,3}(?:=+|-+)[ \t]*$/.test(lines[at]);
          if (underlined || interrupts(lines, at)) break;
          own.push(lines[at].trimStart());
        }
        at += underlined ? 1 : 0;
        const text = own.join("\n").trimEnd();
        const bare = tight && !underlined;
        const element = bare ? found : make("p", undefined, underlined ? "heading" : undefined);
        element.append(inline(text, depth));
        if (bare && at < lines.length) found.append("\n");
        if (!bare) found.append(element);
      }
    }
    return found;
  };
  // `text` has its tricks made visible already. Returns an element that holds it, laid out.
  const laidOut = (text) => {
    const element = make("div", undefined, "said");
    const asWritten = () => element.replaceChildren(make("pre", text));
    if (text.length > LONGEST) {
      asWritten();
    } else if (text.trim().includes("\n")) {
      element.append(blocks(text.replace(/\t/g, "    ").split("\n"), 0));
    } else {
      const paragraph = make("p"); // one line begins no list and no heading
      paragraph.append(inline(text.trim(), 0));
      element.append(paragraph);
    }
    if (text.trim() && !element.textContent.trim()) asWritten();
    return element;
  };
  // The same as one line without its marks, for a cell.
  laidOut.plain = (text) => {
    const element = laidOut(text);
    element.querySelectorAll("p, li, pre, th, td, br").forEach((part) => part.append(" "));
    return element.textContent.replace(/\s+/g, " ").trim();
  };
  return laidOut;
})();
