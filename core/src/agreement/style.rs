//! The sheet's look: A4, black on white, readable on a phone too.

/// Inline style of the agreement.
pub(super) const CSS: &str = "
@page { size: A4; margin: 14mm 14mm 12mm }
:root { color-scheme: light }
* { box-sizing: border-box }
body { font: 15px/1.5 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans', sans-serif; color: #111; background: #fff; margin: 0 auto; max-width: 190mm; padding: 12px }
h1 { font-size: 1.5em; text-align: center; letter-spacing: .12em; margin: .2em 0 .1em }
:lang(en) h1 { letter-spacing: .02em }
.sub { text-align: center; color: #444; margin: 0 0 .8em; font-size: .85em }
table { width: 100%; border-collapse: collapse; table-layout: fixed; margin: 0 0 .55em; border: 1.6px solid #111 }
caption { text-align: left; font-weight: 700; padding: .2em 0 }
th, td { border: 1px solid #333; padding: .25em .45em; vertical-align: top; text-align: left; overflow-wrap: anywhere }
th { font-weight: 500; background: #f2f3f5; width: 22% }
.missing { color: #b00020; font-weight: 600 }
.void { color: #b00020; text-decoration: line-through }
.training { border: 3px solid #b00020; color: #b00020; text-align: center; font-weight: 700; padding: .3em; margin-bottom: .6em }
.party { text-align: center; width: auto }
.signed td { height: 4.4em; padding: .15em .45em; break-inside: avoid; position: relative }
.signed svg { display: block; width: 100%; max-width: 15em; height: 3.3em; margin: 0 auto }
.signed .fine { display: block; text-align: right; line-height: 1.2 }
.fine { font-size: .78em; color: #333; overflow-wrap: anywhere }
.fine code { font-family: ui-monospace, monospace }
@media print { body { padding: 0; font-size: 12px; line-height: 1.35 } }
@media (max-width: 480px) { body { font-size: 14px } th { width: 32% } }
";
