// Writes Microsoft.ML.SentenceEmbedding/Tokenization/CharacterTables.cs by asking the reference implementation about every
// Unicode scalar value. Run it where the reference's npm package is installed (nothing of it is needed by the build):
//   npm install --no-save tokenizers@0.23.2 && node eng/character-tables.mjs
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';

const reference = createRequire(process.cwd() + '/')('tokenizers');
const none = { cleanText: false, handleChineseChars: false, stripAccents: false, lowercase: false };
const clean = reference.bertNormalizer({ ...none, cleanText: true });
const strip = reference.bertNormalizer({ ...none, stripAccents: true });
const lowercase = reference.lowercase();
const decompose = reference.nfdNormalizer();
const preTokenizer = reference.bertPreTokenizer();
const codePoints = text => [...text].map(c => c.codePointAt(0));
const check = (condition, message) => { if (!condition) throw new Error(message); };

// Bits of a code point's properties; the same names are constants of the written class. Above them lies the combining rank.
const dropped = 1, mark = 2, whiteSpace = 4, punctuation = 8, rankShift = 4;

// Canonical combining classes are known here only by the order in which normalization leaves two marks: ranks of that order serve as well.
const swaps = (first, second) => decompose.normalizeString(first + second) !== first + second;
const combines = c => decompose.normalizeString(c) === c && (swaps(c, '\u0334') || swaps('\u0345', c));

const properties = new Uint16Array(0x110000);
const lower = [];
const decompositions = [];
const combining = [];
for (let value = 0; value < 0x110000; value++) {
  if (value >= 0xD800 && value < 0xE000) continue;
  const c = String.fromCodePoint(value);
  const cleaned = clean.normalizeString(c);
  const pieces = preTokenizer.preTokenizeString(`a${c}a`).length;
  if (cleaned === '') properties[value] |= dropped;
  if (strip.normalizeString(c) === '') properties[value] |= mark;
  if (pieces === 2) properties[value] |= whiteSpace;
  if (pieces === 3) properties[value] |= punctuation;
  check(cleaned === '' || cleaned === (pieces === 2 ? ' ' : c), `cleaning ${value}`);

  const lowered = codePoints(lowercase.normalizeString(c));
  if (value === 0x130) check(lowered.join() === '105,775', 'U+0130');
  else {
    check(lowered.length === 1, `lower case of ${value}`);
    if (lowered[0] !== value) lower.push([value, lowered[0] - value]);
  }

  const decomposed = codePoints(decompose.normalizeString(c));
  if (value >= 0xAC00 && value <= 0xD7A3) {
    const index = value - 0xAC00;
    const jamo = [0x1100 + Math.floor(index / 588), 0x1161 + Math.floor(index % 588 / 28), 0x11A7 + index % 28];
    check(decomposed.join() === (index % 28 ? jamo : jamo.slice(0, 2)).join(), `Hangul ${value}`);
  } else if (decomposed.length !== 1 || decomposed[0] !== value) {
    check(decomposed.length <= 4, `decomposition of ${value}`);
    decompositions.push(decomposed.length * 0x200000 + value, ...decomposed);
  }
  if (combines(c)) combining.push(c);
}

const ranks = [];
for (const c of combining) {
  let low = 0, high = ranks.length;
  let rank = -1;
  while (low < high && rank < 0) {
    const middle = (low + high) >> 1;
    if (swaps(c, ranks[middle][0])) low = middle + 1;
    else if (swaps(ranks[middle][0], c)) high = middle;
    else rank = middle;
  }
  if (rank < 0) ranks.splice(low, 0, [c]);
  else ranks[rank].push(c);
}
check(ranks.length < 64, 'ranks');
ranks.forEach((marks, index) => marks.forEach(c => { properties[c.codePointAt(0)] |= (index + 1) << rankShift; }));

const runs = [];
for (let value = 0; value < 0x110000; value++) {
  if (value === 0 || properties[value] !== properties[value - 1]) runs.push(value * 1024 + properties[value]);
}

// Runs of equal distance, every code point or every second one: first, last, step, distance.
const lowerRuns = [];
for (const [value, distance] of lower) {
  const run = lowerRuns.at(-1);
  const step = run && value - run[1];
  if (run && run[3] === distance && step <= 2 && (run[0] === run[1] || step === run[2])) { run[1] = value; run[2] = step; }
  else lowerRuns.push([value, value, 1, distance]);
}

const list = numbers => {
  const lines = [''];
  for (const number of numbers) {
    const text = `${number},`;
    if (lines.at(-1).length + text.length > 124) lines.push('');
    lines[lines.length - 1] += (lines.at(-1) ? ' ' : '') + text;
  }
  return lines.map(line => `        ${line}`).join('\n');
};

writeFileSync(new URL('../Microsoft.ML.SentenceEmbedding/Tokenization/CharacterTables.cs', import.meta.url), `namespace Microsoft.ML.SentenceEmbedding;

/// <summary>What Hugging Face tokenizers' tables say about every code point; written by eng/character-tables.mjs.</summary>
/// <remarks>The facts are those of the Unicode Character Database (Unicode License v3) as Hugging Face tokenizers (Apache License 2.0) apply them.</remarks>
internal static class CharacterTables
{
    /// <summary>Gets, per run of code points with equal properties, the first one times 1024 plus the properties (<see cref="CharacterProperties"/>).</summary>
    public static ReadOnlySpan<int> Properties =>
    [
${list(runs)}
    ];

    /// <summary>Gets runs of upper-case code points: first, last, step, distance to the lower-case one. U+0130, which gives two, is absent.</summary>
    public static ReadOnlySpan<int> LowercaseRuns =>
    [
${list(lowerRuns.flat())}
    ];

    /// <summary>Gets full canonical decompositions in the order of their code points: 0x200000 times their length plus the code point, then the result.</summary>
    public static ReadOnlySpan<int> Decompositions =>
    [
${list(decompositions)}
    ];
}
`);
console.log(`${runs.length} property runs, ${ranks.length} ranks, ${lowerRuns.length} lower-case runs, ${decompositions.length} numbers of decompositions`);
