//! Writes down what goes to disk. SQLite's own VFS is left to do the work: its table of file methods is copied, and of the
//! copy four entries (write, truncate, sync, close) are ours, which call the original and then note what it did. Locks,
//! shared memory and reading are the original's. What the vault does with its files is noted at its steps.
//!
//! A kept crate (`sqlite-plugin`) would want libclang to be built, and the whole file system written anew; what is needed
//! here is less. SQLite speaks C, so this file, and it alone in this package, has unsafe code: every pointer in it is one
//! that SQLite has just handed in, or one of a structure that is never freed.
#![allow(unsafe_code)]

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{CStr, c_char, c_int, c_void},
    fs,
    path::{Path, PathBuf},
    ptr,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use jingbao_core::edge::watch_steps;
use rusqlite::ffi::{
    SQLITE_OK, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_find, sqlite3_vfs_register,
};

use super::disk::Entry;

/// What is known of one open file.
struct Open {
    name: String,
    original: &'static sqlite3_io_methods,
}

#[derive(Default)]
struct Recorder {
    folder: PathBuf,
    entries: Vec<Entry>,
    open: BTreeMap<usize, Open>,
    /// Copies by the address of what they are copies of.
    copies: BTreeMap<usize, &'static sqlite3_io_methods>,
    /// Files of the vault as they were seen last.
    vault: BTreeSet<String>,
}

static RECORDER: OnceLock<Mutex<Recorder>> = OnceLock::new();

fn recorder() -> MutexGuard<'static, Recorder> {
    RECORDER.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// Records from now on what happens in this store's folder. What lies there already counts as durable.
pub fn begin(folder: &Path) -> std::io::Result<()> {
    let folder = fs::canonicalize(folder)?;
    {
        let mut recorder = recorder();
        recorder.folder.clone_from(&folder);
        for sub in ["", "photos"] {
            for entry in fs::read_dir(folder.join(sub)).into_iter().flatten() {
                let path = entry?.path();
                let Some(name) = recorder.name(&path).filter(|_| path.is_file()) else { continue };
                let bytes = fs::read(&path)?;
                recorder.entries.push(Entry::Write { file: name.clone(), at: 0, hex: hex::encode(bytes) });
                recorder.entries.push(Entry::Sync { file: name });
            }
        }
    }
    told(serde_json::json!({ "begun": true }));
    register();
    watch_steps(step);
    Ok(())
}

/// A person was told that something is kept.
pub fn told(what: serde_json::Value) {
    recorder().entries.push(Entry::Told { what });
}

/// The record so far.
pub fn take() -> Vec<Entry> {
    std::mem::take(&mut recorder().entries)
}

impl Recorder {
    fn name(&self, path: &Path) -> Option<String> {
        Some(path.strip_prefix(&self.folder).ok()?.to_str()?.to_owned())
    }
}

/// A step of the vault was reached: what its folder holds now is noted.
fn step(step: &str) {
    let mut recorder = recorder();
    let folder = recorder.folder.join("photos");
    let files =
        fs::read_dir(&folder).into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let files: BTreeSet<String> = files.map(|name| format!("photos/{name}")).collect();
    let part = files.iter().find(|name| name.ends_with(".part")).cloned();
    let known = std::mem::replace(&mut recorder.vault, files.clone());
    match (step, part) {
        ("part written", Some(file)) => {
            let hex = hex::encode(fs::read(recorder.folder.join(&file)).unwrap_or_default());
            recorder.entries.push(Entry::Write { file, at: 0, hex });
        }
        ("part synced", Some(file)) => recorder.entries.push(Entry::Sync { file }),
        ("renamed", _) => {
            let from = known.iter().find(|name| !files.contains(*name)).cloned();
            let to = files.iter().find(|name| !known.contains(*name)).cloned();
            if let (Some(from), Some(to)) = (from, to) {
                recorder.entries.push(Entry::Rename { from, to });
            }
        }
        ("folder synced", _) => recorder.entries.push(Entry::SyncNames),
        _ => {}
    }
}

/// Makes ours the VFS of everything that is opened from now on.
fn register() {
    // SAFETY: the default VFS is there for the life of the process; the copy is never freed.
    unsafe {
        let original = sqlite3_vfs_find(ptr::null());
        let mut ours = ptr::read(original);
        ours.zName = c"recording".as_ptr();
        ours.pNext = ptr::null_mut();
        ours.xOpen = Some(open);
        ours.xDelete = Some(delete);
        sqlite3_vfs_register(Box::leak(Box::new(ours)), 1);
    }
}

/// The VFS that does the work.
unsafe fn original() -> *mut sqlite3_vfs {
    // SAFETY: a constant name with its end, and a VFS that SQLite always has on these systems.
    unsafe { sqlite3_vfs_find(c"unix".as_ptr()) }
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: all are SQLite's own arguments, handed on; `file` is as large as the original VFS asked for.
    unsafe {
        let Some(theirs) = (*original()).xOpen else { return 1 };
        let done = theirs(original(), name, file, flags, out);
        if done != SQLITE_OK || name.is_null() || (*file).pMethods.is_null() {
            return done;
        }
        let path = PathBuf::from(CStr::from_ptr(name).to_string_lossy().into_owned());
        let mut recorder = recorder();
        let path = fs::canonicalize(&path).unwrap_or(path);
        let Some(name) = recorder.name(&path) else { return done };
        let methods: &'static sqlite3_io_methods = &*(*file).pMethods;
        let copy = *recorder.copies.entry(ptr::from_ref(methods) as usize).or_insert_with(|| {
            let mut copy = ptr::read(methods);
            copy.xWrite = Some(write);
            copy.xTruncate = Some(truncate);
            copy.xSync = Some(sync);
            copy.xClose = Some(close);
            Box::leak(Box::new(copy))
        });
        recorder.open.insert(file as usize, Open { name, original: methods });
        (*file).pMethods = copy;
        done
    }
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: SQLite's own arguments, handed on.
    unsafe {
        let Some(theirs) = (*original()).xDelete else { return 1 };
        let path = PathBuf::from(CStr::from_ptr(name).to_string_lossy().into_owned());
        let done = theirs(original(), name, sync);
        let mut recorder = recorder();
        if let Some(file) = recorder.name(&path).filter(|_| done == SQLITE_OK) {
            recorder.entries.push(Entry::Remove { file });
        }
        done
    }
}

/// The name and the original methods of an open file.
fn known(file: *mut sqlite3_file) -> Option<(String, &'static sqlite3_io_methods)> {
    recorder().open.get(&(file as usize)).map(|open| (open.name.clone(), open.original))
}

unsafe extern "C" fn write(file: *mut sqlite3_file, bytes: *const c_void, count: c_int, at: sqlite3_int64) -> c_int {
    let Some((name, methods)) = known(file) else { return 1 };
    let Some(theirs) = methods.xWrite else { return 1 };
    // SAFETY: SQLite's own arguments; `bytes` has `count` bytes.
    let (done, written) = unsafe {
        let written = std::slice::from_raw_parts(bytes.cast::<u8>(), count.unsigned_abs() as usize);
        (theirs(file, bytes, count, at), hex::encode(written))
    };
    if done == SQLITE_OK {
        recorder().entries.push(Entry::Write { file: name, at: at.unsigned_abs() as usize, hex: written });
    }
    done
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: sqlite3_int64) -> c_int {
    let Some((name, methods)) = known(file) else { return 1 };
    let Some(theirs) = methods.xTruncate else { return 1 };
    // SAFETY: SQLite's own arguments, handed on.
    let done = unsafe { theirs(file, length) };
    if done == SQLITE_OK {
        recorder().entries.push(Entry::Resize { file: name, length: length.unsigned_abs() as usize });
    }
    done
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    let Some((name, methods)) = known(file) else { return 1 };
    let Some(theirs) = methods.xSync else { return 1 };
    // SAFETY: SQLite's own arguments, handed on.
    let done = unsafe { theirs(file, flags) };
    if done == SQLITE_OK {
        recorder().entries.push(Entry::Sync { file: name });
    }
    done
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let Some((_, methods)) = known(file) else { return 1 };
    recorder().open.remove(&(file as usize));
    // SAFETY: the file gets its own methods back before the original closes it.
    unsafe {
        (*file).pMethods = methods;
        methods.xClose.map_or(1, |theirs| theirs(file))
    }
}
