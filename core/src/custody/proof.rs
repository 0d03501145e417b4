//! Proofs out of the tree, checkable by who has only a root: that a leaf is in it, that a later tree only added.
//! The checks follow RFC 9162 §2.1.3.2 and §2.1.4.2, whose trees are those of RFC 6962. Whatever is given ends in
//! `Ok` or [`BadProof`]. Not its business: whether the root itself deserves belief (that is a signed head).

use serde::{Deserialize, Serialize};

use super::tree::parent;
use crate::canon::Sha256;

/// The proof does not lead to the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof does not lead to the root")]
pub struct BadProof;

/// That a leaf stands at `index` of a tree of `size` leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inclusion {
    /// Position of the leaf, from 0.
    pub index: u64,
    /// Leaves of the tree.
    pub size: u64,
    /// Sibling hashes from the leaf upwards.
    pub path: Vec<Sha256>,
}

impl Inclusion {
    /// Whether the path leads from `leaf` to `root`.
    pub fn check(&self, leaf: Sha256, root: Sha256) -> Result<(), BadProof> {
        if self.index >= self.size {
            return Err(BadProof);
        }
        let (mut index, mut last, mut node) = (self.index, self.size - 1, leaf);
        for sibling in &self.path {
            if last == 0 {
                return Err(BadProof);
            }
            if index & 1 == 1 || index == last {
                node = parent(*sibling, node);
                while index & 1 == 0 && index != 0 {
                    index >>= 1;
                    last >>= 1;
                }
            } else {
                node = parent(node, *sibling);
            }
            index >>= 1;
            last >>= 1;
        }
        if last == 0 && node == root { Ok(()) } else { Err(BadProof) }
    }
}

/// That the tree of `old` leaves is the beginning of the tree of `new` leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consistency {
    /// Leaves of the earlier tree, at least 1.
    pub old: u64,
    /// Leaves of the later tree.
    pub new: u64,
    /// Hashes from which both roots follow.
    pub path: Vec<Sha256>,
}

impl Consistency {
    /// Whether `new_root` only adds to what `old_root` stood for.
    pub fn check(&self, old_root: Sha256, new_root: Sha256) -> Result<(), BadProof> {
        if self.old == 0 || self.old > self.new {
            return Err(BadProof);
        }
        if self.old == self.new {
            return if self.path.is_empty() && old_root == new_root { Ok(()) } else { Err(BadProof) };
        }
        // An old tree that is a full subtree is its own first node and is left out of the path.
        let mut path = self.path.iter().copied();
        let first = if self.old.is_power_of_two() { old_root } else { path.next().ok_or(BadProof)? };
        let (mut index, mut last) = (self.old - 1, self.new - 1);
        while index & 1 == 1 {
            index >>= 1;
            last >>= 1;
        }
        let (mut old, mut new) = (first, first);
        for node in path {
            if last == 0 {
                return Err(BadProof);
            }
            if index & 1 == 1 || index == last {
                old = parent(node, old);
                new = parent(node, new);
                while index & 1 == 0 && index != 0 {
                    index >>= 1;
                    last >>= 1;
                }
            } else {
                new = parent(new, node);
            }
            index >>= 1;
            last >>= 1;
        }
        if last == 0 && old == old_root && new == new_root { Ok(()) } else { Err(BadProof) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tree::{Tree, tests::leaves};
    use super::*;

    #[test]
    fn every_leaf_of_every_tree_up_to_200_proves_its_place_and_no_other_leaf_does() {
        let leaves = leaves(200);
        let tree = Tree::from_leaves(leaves.iter().copied());
        for size in 1..=200_u64 {
            let root = tree.root_at(size).expect("had this size");
            for index in 0..size {
                let proof = tree.inclusion(index, size).expect("in the tree");
                assert_eq!(proof.check(leaves[index as usize], root), Ok(()), "leaf {index} of {size}");
                assert!(proof.check(leaves[(index as usize + 1) % 200], root).is_err(), "leaf {index} of {size}");
            }
        }
    }

    #[test]
    fn every_tree_up_to_200_proves_that_it_only_grew() {
        let tree = Tree::from_leaves(leaves(200));
        for new in 1..=200_u64 {
            let new_root = tree.root_at(new).expect("had this size");
            for old in 1..=new {
                let old_root = tree.root_at(old).expect("had this size");
                let proof = tree.consistency(old, new).expect("a beginning");
                assert_eq!(proof.check(old_root, new_root), Ok(()), "{old} of {new}");
                if old < new {
                    assert!(proof.check(new_root, new_root).is_err(), "{old} of {new}");
                    assert!(proof.check(old_root, old_root).is_err(), "{old} of {new}");
                }
            }
        }
    }

    #[test]
    fn a_proof_that_is_too_short_too_long_or_changed_leads_nowhere() {
        let leaves = leaves(13);
        let tree = Tree::from_leaves(leaves.iter().copied());
        let (root, good) = (tree.root(), tree.inclusion(6, 13).expect("in the tree"));
        for at in 0..good.path.len() {
            let mut short = good.clone();
            short.path.remove(at);
            assert!(short.check(leaves[6], root).is_err());
            let mut changed = good.clone();
            changed.path[at].0[0] ^= 1;
            assert!(changed.check(leaves[6], root).is_err());
        }
        let mut long = good.clone();
        long.path.push(root);
        assert!(long.check(leaves[6], root).is_err());
        assert!(Inclusion { index: u64::MAX, size: u64::MAX, path: vec![root; 300] }.check(root, root).is_err());
        assert!(Consistency { old: u64::MAX - 1, new: u64::MAX, path: vec![root; 300] }.check(root, root).is_err());
    }
}
