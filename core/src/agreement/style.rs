//! The sheet's look: A4, black on white, readable on a phone too.

/// Inline style of the agreement.
pub(super) const CSS: &str = "
@page { size: A4; margin: 13mm 14mm 14mm; @bottom-right { content: counter(page) ' / ' counter(pages); font-size: 9px; color: #333 } }
:root { color-scheme: light }
* { box-sizing: border-box }
body { font: 15px/1.5 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans', sans-serif; color: #111; background: #fff; margin: 0 auto; max-width: 190mm; padding: 12px }
h1 { font-size: 1.5em; text-align: center; letter-spacing: .12em; margin: .2em 0 .1em }
:lang(en) h1 { letter-spacing: .02em }
.sub { text-align: center; color: #444; margin: 0 0 .8em; font-size: .85em }
table { width: 100%; border-collapse: collapse; table-layout: fixed; margin: 0 0 .55em; border: 1.6px solid #111 }
caption, h2 { text-align: left; font-size: 1em; font-weight: 700; padding: .2em 0; margin: 0; break-after: avoid }
tr { break-inside: avoid }
thead { display: table-header-group }
.turned:not(.signed) { break-inside: avoid }
th, td { border: 1px solid #333; padding: .25em .45em; vertical-align: top; text-align: left; overflow-wrap: anywhere }
th { font-weight: 500; background: #f2f3f5; width: 24% }
.turned th:first-child { width: 13% }
.block { break-inside: avoid }
.block caption { font-weight: 500 }
.block th { width: 16% }
.block td { width: 34% }
.gloss { font-size: .82em; color: #444 }
h1 .gloss, .sub .gloss { display: block; letter-spacing: .02em; font-weight: 500 }
h1 .gloss { font-size: .6em }
.missing .gloss { color: inherit }
.foot { display: flex; gap: 1em; align-items: center; break-inside: avoid }
.foot div { flex: 1; min-width: 0 }
.foot p { margin: .3em 0 }
.qr { width: 25mm; height: 25mm; flex: none }
.missing { color: #b00020; font-weight: 600 }
.void { color: #b00020; text-decoration: line-through }
.dispute { border: 1.6px solid #b00020; padding: .15em .6em; margin-bottom: .55em; break-inside: avoid }
.dispute p { margin: .2em 0 }
.dispute p:first-child { color: #b00020; font-weight: 700 }
.training { border: 3px solid #b00020; color: #b00020; text-align: center; font-weight: 700; padding: .3em; margin-bottom: .6em }
.party { text-align: center; width: auto }
.signed td { height: 4.4em; padding: .15em .45em; break-inside: avoid; position: relative }
.signed svg { display: block; width: 100%; max-width: 15em; height: 3.3em; margin: 0 auto }
.signed .fine { display: block; text-align: right; line-height: 1.2; word-break: keep-all }
.fine { font-size: .78em; color: #333; overflow-wrap: anywhere }
.fine code { font-family: ui-monospace, monospace }
.glossed th:first-child { width: 31% }
.glossed .turned th:first-child { width: 15% }
.glossed .block th, .glossed .block th:first-child { width: 21% }
.glossed .block td { width: 29% }
@media print {
  body { padding: 0 1px; font-size: 12px; line-height: 1.3; max-width: none }
  th, td { padding: .16em .45em }
  table { margin-bottom: .4em }
  .signed td { height: 3.9em }
  .signed svg { height: 2.9em }
  .glossed, :lang(en) body { font-size: 11.5px }
}
@media (max-width: 480px) { body { font-size: 14px } th { width: 32% } }
";
