//! Scenarios through every layer, and what they need: self-made input, the phone as a process of its own, the demo.
//!
//! | module | holds |
//! |---|---|
//! | [`scenery`] | drawn photos and a made drive |
//! | [`roadside`] | a phone's services in software, in this process |
//! | [`phone`] | one phone as a process over the bindings, driven by JSON lines |
//! | [`crash`] | phone, gateway and tusd as processes that are killed at random |
//! | [`house`] | a gateway in this process |
//! | [`link`] | a bad link between the two |
//! | [`power`] | the disk as a loss of power leaves it, at every write of the main job |
//! | [`bench`] | what our layers cost over the bare work |
//! | [`simulator`] | the queue under everything that can go wrong, one seed a story |
//! | [`traffic`] | made drives whose truth is known, against the duty check |
//! | [`demo`] | the main job from the drive to the verified bundle |

pub mod bench;
pub mod crash;
pub mod demo;
pub mod house;
pub mod link;
pub mod phone;
pub mod power;
pub mod roadside;
pub mod scenery;
pub mod simulator;
pub mod traffic;
