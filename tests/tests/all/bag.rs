//! A bundle taken apart: its files, put together again with or without their lists made anew, and its bytes changed in
//! place. Only for tests.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};

use jingbao_core::canon::Sha256;

pub(crate) const MANIFEST: &str = "manifest-sha256.txt";
pub(crate) const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
pub(crate) const BAG_INFO: &str = "bag-info.txt";

/// A bundle as its files.
#[derive(Clone)]
pub(crate) struct Bag {
    folder: String,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Bag {
    pub(crate) fn read(zip: &[u8]) -> Bag {
        let mut zip = zip::ZipArchive::new(Cursor::new(zip)).expect("a zip");
        let (mut files, mut folder) = (BTreeMap::new(), String::new());
        for at in 0..zip.len() {
            let mut file = zip.by_index(at).expect("an entry");
            let (top, name) = file.name().split_once('/').expect("a folder");
            let (top, name) = (top.to_owned(), name.to_owned());
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("reads");
            files.insert(name, bytes);
            folder = top;
        }
        Bag { folder, files }
    }

    pub(crate) fn zip(&self) -> Vec<u8> {
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let plain = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, bytes) in &self.files {
            out.start_file(format!("{}/{name}", self.folder), plain).expect("begun");
            out.write_all(bytes).expect("written");
        }
        out.finish().expect("finished").into_inner()
    }

    /// With every list made anew, as far as it can be without a key.
    pub(crate) fn remade(mut self) -> Bag {
        let payload = || self.files.iter().filter(|(name, _)| name.starts_with("data/"));
        let oxum = format!("{}.{}", payload().map(|(_, bytes)| bytes.len()).sum::<usize>(), payload().count());
        let line = |(name, bytes): (&String, &Vec<u8>)| format!("{}  {name}\n", Sha256::of(bytes));
        let manifest: String = payload().map(line).collect();
        let info = String::from_utf8(self.files[BAG_INFO].clone()).expect("text");
        let info: String =
            info.lines()
                .map(|line| {
                    if line.starts_with("Payload-Oxum") {
                        format!("Payload-Oxum: {oxum}\n")
                    } else {
                        format!("{line}\n")
                    }
                })
                .collect();
        self.files.insert(MANIFEST.into(), manifest.into_bytes());
        self.files.insert(BAG_INFO.into(), info.into_bytes());
        let tags = self.files.iter().filter(|(name, _)| !name.starts_with("data/") && *name != TAG_MANIFEST);
        let tags: String = tags.map(line).collect();
        self.files.insert(TAG_MANIFEST.into(), tags.into_bytes());
        self
    }

    pub(crate) fn with(&self, name: &str, bytes: Vec<u8>) -> Bag {
        let mut changed = self.clone();
        changed.files.insert(name.into(), bytes);
        changed
    }

    pub(crate) fn without(&self, name: &str) -> Bag {
        let mut changed = self.clone();
        changed.files.remove(name);
        changed
    }

    pub(crate) fn payload(&self) -> Vec<String> {
        self.files.keys().filter(|name| name.starts_with("data/")).cloned().collect()
    }

    pub(crate) fn named(&self, part: &str) -> String {
        self.payload().into_iter().find(|name| name.contains(part)).expect(part)
    }
}

/// A zip in memory in which bytes are changed in place, its lists with them.
pub(crate) struct Image {
    pub(crate) zip: Vec<u8>,
    pub(crate) starts: BTreeMap<String, (usize, usize)>,
}

impl Image {
    pub(crate) fn of(bag: &Bag) -> Image {
        let zip = bag.zip();
        let mut read = zip::ZipArchive::new(Cursor::new(&zip)).expect("a zip");
        let starts = (0..read.len())
            .map(|at| {
                let file = read.by_index_raw(at).expect("an entry");
                let name = file.name().split_once('/').expect("a folder").1.to_owned();
                (name, (file.data_start().expect("data") as usize, file.size() as usize))
            })
            .collect();
        Image { zip, starts }
    }

    pub(crate) fn bytes(&self, name: &str) -> &[u8] {
        let (start, length) = self.starts[name];
        &self.zip[start..start + length]
    }

    /// Writes the hash of `name` into the list that has it.
    pub(crate) fn list(&mut self, name: &str) {
        let list = if name.starts_with("data/") { MANIFEST } else { TAG_MANIFEST };
        let digest = Sha256::of(self.bytes(name)).to_string();
        let line = format!("  {name}\n");
        let at = self.bytes(list).windows(line.len()).position(|piece| piece == line.as_bytes()).expect("listed");
        let at = self.starts[list].0 + at - digest.len();
        self.zip[at..at + digest.len()].copy_from_slice(digest.as_bytes());
        if list == MANIFEST {
            self.list(MANIFEST);
        }
    }

    pub(crate) fn flip(&mut self, name: &str, at: usize, anew: bool) {
        let spot = self.starts[name].0 + at;
        self.zip[spot] ^= 1 << (at % 8);
        if anew {
            self.list(name);
        }
    }
}
