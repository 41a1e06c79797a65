//! The matrix that the generator wrote: `indptr.npy` (int64), `indices.npy` (int32), `meta.json`.

use std::{fs, path::Path};

/// Users by packages in compressed rows.
#[derive(Debug)]
pub struct Tenant {
    pub packages: usize,
    pub starts: Vec<u64>,
    pub held: Vec<u32>,
}

#[derive(serde::Deserialize)]
struct Meta {
    packages: usize,
}

impl Tenant {
    /// Reads a folder.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let meta: Meta = serde_json::from_slice(&bytes(&folder.join("meta.json"))?)
            .map_err(|e| format!("meta.json: {e}"))?;
        let starts = array::<8>(&folder.join("indptr.npy"), "<i8")?.map(u64::from_le_bytes).collect();
        let held = array::<4>(&folder.join("indices.npy"), "<i4")?.map(u32::from_le_bytes).collect();
        Ok(Self { packages: meta.packages, starts, held })
    }

    /// Number of users.
    #[must_use]
    pub fn users(&self) -> usize {
        self.starts.len() - 1
    }

    /// The packages of one user.
    #[must_use]
    pub fn row(&self, user: usize) -> &[u32] {
        &self.held[self.starts[user] as usize..self.starts[user + 1] as usize]
    }

    /// The users of each package, ascending.
    #[must_use]
    pub fn columns(&self) -> Vec<Vec<u32>> {
        let mut columns = vec![Vec::new(); self.packages];
        for user in 0..self.users() {
            for &package in self.row(user) {
                columns[package as usize].push(user as u32);
            }
        }
        columns
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The numbers of an .npy file of version 1, `SIZE` bytes each, if its header names the type `kind`.
fn array<const SIZE: usize>(path: &Path, kind: &str) -> Result<impl Iterator<Item = [u8; SIZE]>, String> {
    let file = bytes(path)?;
    let length =
        file.get(8..10).map(|two| usize::from(u16::from_le_bytes([two[0], two[1]]))).unwrap_or_default();
    let header = file.get(10..10 + length).map(String::from_utf8_lossy).unwrap_or_default();
    if !file.starts_with(b"\x93NUMPY\x01") || !header.contains(kind) {
        return Err(format!("{}: not an array of {kind}", path.display()));
    }
    let count = (file.len() - 10 - length) / SIZE;
    Ok((0..count).map(move |at| {
        let mut number = [0; SIZE];
        number.copy_from_slice(&file[10 + length + at * SIZE..][..SIZE]);
        number
    }))
}
