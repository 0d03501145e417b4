//! Tables of several parties. Up to three stand side by side as on the paper form; more would leave no room to read, so
//! the table is turned, one line a party, and what is long becomes one block a party.

use maud::{Markup, html};

/// Most parties that stand side by side.
const SIDE_BY_SIDE: usize = 3;

/// What a table says, party by party.
pub(super) struct Table<C> {
    pub(super) caption: Markup,
    /// Of the parties, in their order.
    pub(super) parties: Vec<Markup>,
    /// Of the things told about each party.
    pub(super) labels: Vec<Markup>,
    /// Label and value of what concerns all of them.
    pub(super) shared: Vec<(Markup, Markup)>,
    /// The value by label and party.
    pub(super) cell: C,
    pub(super) class: &'static str,
}

impl<C: Fn(usize, usize) -> Markup> Table<C> {
    pub(super) fn grid(&self) -> Markup {
        let turned = is_many(self.parties.len());
        let (head, rows) = if turned { (&self.labels, &self.parties) } else { (&self.parties, &self.labels) };
        let cell = |row: usize, column: usize| if turned { (self.cell)(column, row) } else { (self.cell)(row, column) };
        html! {
            table class={ (self.class) @if turned { " turned" } } {
                caption { (self.caption) }
                thead { tr { th {} @for label in head { th.party { (label) } } } }
                tbody {
                    @for (label, value) in &self.shared {
                        tr { th { (label) } td colspan=(head.len().max(1)) { (value) } }
                    }
                    @for (row, label) in rows.iter().enumerate() {
                        tr { th { (label) } @for column in 0..head.len() { td { (cell(row, column)) } } }
                    }
                }
            }
        }
    }

    /// The grid, or one block a party with two things in a line; `concerns` tells what a party is asked at all.
    pub(super) fn blocks(&self, concerns: impl Fn(usize, usize) -> bool) -> Markup {
        if !is_many(self.parties.len()) {
            return self.grid();
        }
        html! {
            h2 { (self.caption) }
            @for (party, name) in self.parties.iter().enumerate() {
                @let told: Vec<usize> = (0..self.labels.len()).filter(|label| concerns(*label, party)).collect();
                table class={ (self.class) " block" } {
                    caption { (name) }
                    tbody {
                        @for pair in told.chunks(2) {
                            tr {
                                @for label in pair { th { (self.labels[*label]) } td { ((self.cell)(*label, party)) } }
                                @if pair.len() == 1 { th {} td {} }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn is_many(parties: usize) -> bool {
    parties > SIDE_BY_SIDE
}
