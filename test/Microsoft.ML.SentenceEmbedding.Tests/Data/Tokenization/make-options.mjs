// Writes options.jsonl.gz: random texts under every combination of BertNormalizer's options, with and without added tokens, and the
// reference's ids for them. Run it where the reference's npm package is installed:
//   npm install --no-save tokenizers@0.23.2 && node make-options.mjs
// The vocabulary has every code point of the first line's ranges, alone and as a piece inside a word, and the words of that line; it is
// numbered in that order after the special tokens, so that ids show exactly what normalization made of a text.
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const reference = createRequire(process.cwd() + '/')('tokenizers');
const textsPerConfiguration = 40;
const specials = ['[UNK]', '[CLS]', '[SEP]'];
const words = ['the', 'cat', '##ing', 'straße', 'i̇', 'new', 'york', 'café', 'naive'];
const ranges = [
  [0x21, 0x24ff], [0x3000, 0x30ff], [0x4e00, 0x4e40], [0xac00, 0xac40], [0xd790, 0xd7ff], [0xf900, 0xf920], [0xfb00, 0xfbff], [0xfe00, 0xffff],
  [0x10400, 0x10450], [0x11080, 0x11140], [0x11930, 0x11943], [0x16ff0, 0x16ff1], [0x1d100, 0x1d1ff], [0x1e900, 0x1e95f], [0x1f600, 0x1f640],
  [0x2f800, 0x2f820], [0xe0000, 0xe0080], [0xf0000, 0xf0004],
];
const codePoints = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
const vocabulary = new Map(specials.map((token, id) => [token, id]));
for (const token of [...codePoints.map(c => String.fromCodePoint(c)).flatMap(c => [c, `##${c}`]), ...words]) {
  if (!vocabulary.has(token)) vocabulary.set(token, vocabulary.size);
}

const added = [
  ['[CLS]', {}], ['[SEP]', {}], ['<x>', { lstrip: true }], ['<y>', { rstrip: true }], ['<z>', { single_word: true }], ['Foo', { special: false }],
  ['New York', { special: false, normalized: true }], ['É', { special: false, normalized: true }], ['東', { special: false, normalized: true }],
  ['cat', { special: false, normalized: true, single_word: true }], ['<q>', { special: false, normalized: true, lstrip: true, rstrip: true }],
].map(([content, flags]) => ({ id: vocabulary.get(content) ?? vocabulary.size, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...flags }));
const marks = [
  ...Array.from({ length: 0x70 }, (_, i) => 0x300 + i), 0x591, 0x5b0, 0x64b, 0x670, 0x93c, 0x94d, 0x9cd, 0x302a, 0x302e, 0x302f, 0x3099, 0x309a, 0x1d165,
  0x1d16d, 0x1d16e, 0x1d17b, 0x16ff0, 0x16ff1, 0x1e4ec, 0x1e4ee, 0x10efd, 0x1ace, 0x1abf, 0x8d3, 0x898, 0x20d0, 0xfe20, 0x345, 0x1dfa,
];
const parts = [
  'the', 'cat', 'Cat', 'New York', 'new  york', 'É', 'é', 'e\u0301', '<x>', ' <x> ', '<y>', '<y>  ', '<z>', '<z>a', 'foo', 'Foo', '[CLS]', '[cls]', '<q>', '  <q>\t',
  '東京', 'İ', 'ß', 'ẞ', 'Σ', 'ς', 'ﬀ', 'ǅ', '\u212a', '\u212b', '…', '—', '“', '\u00a0', '\u3000', '\u2028', '\u0085', '\u000b', '\u000c', '\u001f', '\u0000',
  '\u200b', '\u200d', '\ufeff', '\ufffd', '\ue000', '\u00ad', '한국', '힣', 'だ', 'ガ', 'x'.repeat(99), 'é'.repeat(100), 'y'.repeat(101), 'a b', '! ', '≠', '≮a',
  '\u1fef', '\u037e', '\u0387', '\u2329', ' ', '\n', '\t', '\r',
];

let state = 20240229;
const random = limit => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % limit;
};
const pick = list => list[random(list.length)];
const part = () => {
  const kind = random(10);
  if (kind < 3) return String.fromCodePoint(pick(codePoints));
  if (kind < 5) return String.fromCodePoint(pick(marks));
  if (kind < 8) return pick(parts);
  return kind === 8 ? ' ' : String.fromCharCode(97 + random(26)).repeat(1 + random(3));
};

const lines = [{ specials, ranges, words }];
const both = [true, false];
for (const clean_text of both) for (const handle_chinese_chars of both) for (const strip_accents of [null, ...both]) for (const lowercase of both) {
  for (const lowercaseFirst of both) for (const added_tokens of [[], added.filter(token => !token.normalized), added]) {
    const bert = { type: 'BertNormalizer', clean_text, handle_chinese_chars, strip_accents, lowercase };
    const configuration = {
      version: '1.0', truncation: null, padding: null, added_tokens, post_processor: null, pre_tokenizer: { type: 'BertPreTokenizer' },
      normalizer: lowercaseFirst ? { type: 'Sequence', normalizers: [{ type: 'Lowercase' }, bert] } : bert, decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: lines.length % 5 === 4 ? 3 : 100 },
    };
    const tokenizer = reference.Tokenizer.fromString(JSON.stringify({ ...configuration, model: { ...configuration.model, vocab: Object.fromEntries(vocabulary) } }));
    const texts = Array.from({ length: textsPerConfiguration }, () => Array.from({ length: 1 + random(14) }, part).join(''));
    const encodings = await tokenizer.encodeBatch(texts, { addSpecialTokens: false });
    lines.push({ configuration, texts, ids: encodings.map(encoding => encoding.getIds()) });
  }
}
writeFileSync(new URL('options.jsonl.gz', import.meta.url), gzipSync(lines.map(line => JSON.stringify(line)).join('\n') + '\n', { level: 9 }));
