//! The Merkle tree of RFC 6962 §2.1, kept so that appending, the root and every proof cost O(log n). Triggered by each
//! leaf. Not its business: what the leaves say, who signs the root.

use super::{Consistency, Inclusion};
use crate::canon::Sha256;

/// An append-only tree over leaf hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// `levels[k][i]` is the root over the leaves `i·2^k .. (i+1)·2^k`; only full subtrees are kept.
    levels: Vec<Vec<Sha256>>,
}

impl Tree {
    /// A tree over the given leaf hashes in order.
    pub fn from_leaves(leaves: impl IntoIterator<Item = Sha256>) -> Tree {
        let mut tree = Tree::default();
        leaves.into_iter().for_each(|leaf| tree.append(leaf));
        tree
    }

    /// Adds a leaf by its hash (see [`leaf_hash`](super::leaf_hash)).
    pub fn append(&mut self, leaf: Sha256) {
        let mut node = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let row = &mut self.levels[level];
            row.push(node);
            let [.., left, right] = row[..] else { return };
            if row.len() % 2 == 1 {
                return;
            }
            node = parent(left, right);
        }
    }

    /// How many leaves.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// The root over all leaves; SHA-256 of nothing for the empty tree.
    pub fn root(&self) -> Sha256 {
        self.span(0, self.size())
    }

    /// The root when the tree had `size` leaves. `None` when it never had so many.
    pub fn root_at(&self, size: u64) -> Option<Sha256> {
        (size <= self.size()).then(|| self.span(0, size))
    }

    /// Proof that leaf `index` is in the tree of `size` leaves (RFC 6962 §2.1.1). `None` when there is no such leaf.
    pub fn inclusion(&self, index: u64, size: u64) -> Option<Inclusion> {
        if index >= size || size > self.size() {
            return None;
        }
        let (mut path, mut from, mut to) = (Vec::new(), 0, size);
        while to - from > 1 {
            let middle = from + split(to - from);
            if index < middle {
                path.push(self.span(middle, to));
                to = middle;
            } else {
                path.push(self.span(from, middle));
                from = middle;
            }
        }
        path.reverse();
        Some(Inclusion { index, size, path })
    }

    /// Proof that the tree of `old` leaves is the beginning of that of `new` leaves (RFC 6962 §2.1.2). `None` when
    /// `old` is 0, greater than `new`, or the tree never had `new` leaves.
    pub fn consistency(&self, old: u64, new: u64) -> Option<Consistency> {
        if old == 0 || old > new || new > self.size() {
            return None;
        }
        let (mut path, mut from, mut to) = (Vec::new(), 0, new);
        while to != old {
            let middle = from + split(to - from);
            if old <= middle {
                path.push(self.span(middle, to));
                to = middle;
            } else {
                path.push(self.span(from, middle));
                from = middle;
            }
        }
        if from != 0 {
            path.push(self.span(from, to));
        }
        path.reverse();
        Some(Consistency { old, new, path })
    }

    /// Root over the leaves `from..to`, a range as the recursion of RFC 6962 makes them.
    fn span(&self, from: u64, to: u64) -> Sha256 {
        let width = to - from;
        if width == 0 {
            return Sha256::of(&[]);
        }
        if width.is_power_of_two() {
            return self.levels[width.trailing_zeros() as usize][(from / width) as usize];
        }
        let middle = from + split(width);
        parent(self.span(from, middle), self.span(middle, to))
    }
}

/// The largest power of two smaller than `width`, for a width of at least 2.
fn split(width: u64) -> u64 {
    1 << (u64::BITS - 1 - (width - 1).leading_zeros())
}

/// Inner node of RFC 6962 §2.1.
pub(super) fn parent(left: Sha256, right: Sha256) -> Sha256 {
    Sha256::of_parts(&[&[1], &left.0, &right.0])
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::custody::leaf_hash;

    /// RFC 6962 §2.1 word by word, as slow as it is plain: the oracle.
    pub(crate) fn naive_root(leaves: &[Sha256]) -> Sha256 {
        match leaves {
            [] => Sha256::of(b""),
            [leaf] => *leaf,
            _ => {
                let k = naive_split(leaves.len());
                parent(naive_root(&leaves[..k]), naive_root(&leaves[k..]))
            }
        }
    }

    fn naive_split(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    fn naive_path(m: usize, leaves: &[Sha256]) -> Vec<Sha256> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let k = naive_split(leaves.len());
        let (mut path, sibling) = if m < k {
            (naive_path(m, &leaves[..k]), naive_root(&leaves[k..]))
        } else {
            (naive_path(m - k, &leaves[k..]), naive_root(&leaves[..k]))
        };
        path.push(sibling);
        path
    }

    fn naive_proof(m: usize, leaves: &[Sha256], whole: bool) -> Vec<Sha256> {
        if m == leaves.len() {
            return if whole { Vec::new() } else { vec![naive_root(leaves)] };
        }
        let k = naive_split(leaves.len());
        let (mut path, sibling) = if m <= k {
            (naive_proof(m, &leaves[..k], whole), naive_root(&leaves[k..]))
        } else {
            (naive_proof(m - k, &leaves[k..], false), naive_root(&leaves[..k]))
        };
        path.push(sibling);
        path
    }

    pub(crate) fn leaves(n: u64) -> Vec<Sha256> {
        (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    #[test]
    fn the_published_vectors_of_certificate_transparency_hold() {
        let inputs =
            ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Tree::default();
        assert_eq!(tree.root().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (input, root) in inputs.iter().zip(roots) {
            tree.append(leaf_hash(&hex::decode(input).expect("hex")));
            assert_eq!(tree.root().to_string(), root);
        }
    }

    #[test]
    fn every_root_up_to_200_leaves_is_that_of_the_plain_recursion() {
        let leaves = leaves(200);
        let mut tree = Tree::default();
        for n in 0..=leaves.len() {
            assert_eq!(tree.root(), naive_root(&leaves[..n]), "{n} leaves");
            if n < leaves.len() {
                tree.append(leaves[n]);
            }
        }
        for n in 0..=leaves.len() {
            assert_eq!(tree.root_at(n as u64), Some(naive_root(&leaves[..n])));
        }
        assert_eq!(tree.root_at(201), None);
    }

    #[test]
    fn every_inclusion_path_up_to_200_leaves_is_that_of_the_plain_recursion() {
        let leaves = leaves(200);
        let tree = Tree::from_leaves(leaves.iter().copied());
        for n in (1..=leaves.len()).step_by(7).chain([200]) {
            for m in 0..n {
                let path = tree.inclusion(m as u64, n as u64).expect("in the tree").path;
                assert_eq!(path, naive_path(m, &leaves[..n]), "leaf {m} of {n}");
            }
        }
        assert!(tree.inclusion(200, 200).is_none() && tree.inclusion(0, 201).is_none());
    }

    #[test]
    fn every_consistency_path_up_to_200_leaves_is_that_of_the_plain_recursion() {
        let leaves = leaves(200);
        let tree = Tree::from_leaves(leaves.iter().copied());
        for n in (1..=leaves.len()).step_by(7).chain([200]) {
            for m in 1..=n {
                let path = tree.consistency(m as u64, n as u64).expect("a beginning").path;
                assert_eq!(path, naive_proof(m, &leaves[..n], true), "{m} of {n}");
            }
        }
        assert!(tree.consistency(0, 5).is_none() && tree.consistency(6, 5).is_none());
    }
}
