//! Photo bytes in the data folder: `uploads/<id>` while they come, `photos/<case>/<sha256>` for good. The second is a
//! hard link made before the row that speaks of it, so at no moment is a row without its bytes.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use jingbao_core::{canon::Sha256, id::CaseId};

/// The two folders.
pub(super) struct Folders {
    uploads: PathBuf,
    photos: PathBuf,
}

impl Folders {
    pub(super) fn open(data: &Path) -> io::Result<Folders> {
        let folders = Folders { uploads: data.join("uploads"), photos: data.join("photos") };
        fs::create_dir_all(&folders.uploads)?;
        fs::create_dir_all(&folders.photos)?;
        sync(data)?;
        Ok(folders)
    }

    /// Ids are made by this program; anything else never reaches a path.
    fn at(&self, id: &str) -> io::Result<PathBuf> {
        if id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(self.uploads.join(id))
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    }

    fn photo(&self, case: CaseId, sha256: Sha256) -> PathBuf {
        self.photos.join(case.to_string()).join(sha256.to_string())
    }

    pub(super) fn create(&self, id: &str) -> io::Result<()> {
        File::create_new(self.at(id)?)?.sync_all()?;
        sync(&self.uploads)
    }

    pub(super) fn write(&self, id: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(self.at(id)?)?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)
    }

    /// Drops what stands after `length`, which nobody was told of, and makes the rest durable.
    pub(super) fn settle(&self, id: &str, length: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(self.at(id)?)?;
        file.set_len(length)?;
        file.sync_all()
    }

    pub(super) fn read(&self, id: &str) -> io::Result<File> {
        File::open(self.at(id)?)
    }

    pub(super) fn remove(&self, id: &str) -> io::Result<()> {
        match fs::remove_file(self.at(id)?) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    pub(super) fn keep(&self, id: &str, case: CaseId, sha256: Sha256) -> io::Result<()> {
        let photo = self.photo(case, sha256);
        let folder = self.photos.join(case.to_string());
        fs::create_dir_all(&folder)?;
        match fs::hard_link(self.at(id)?, photo) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => sync(&folder)?,
        }
        sync(&self.photos)
    }

    pub(super) fn read_photo(&self, case: CaseId, sha256: Sha256) -> io::Result<File> {
        File::open(self.photo(case, sha256))
    }
}

/// Makes names in a folder durable.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
