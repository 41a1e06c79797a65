//! Real assignment lists, where they are present: pairs with a common holder, sum of common holders, largest pair.

use sod_ingest::{Input, LoadOptions, load};
use sod_model::{Holding, Silent};
use std::path::Path;

#[test]
fn role_mining_lists_give_the_known_numbers() {
    let data = Path::new("../../../shared/data/role-mining");
    if !data.is_dir() {
        eprintln!("not run: {} is not present", data.display());
        return;
    }
    for (name, pairs, sum, largest) in [
        ("hc", 1_035, 25_961, 45),
        ("domino", 23_072, 40_206, 21),
        ("fire2", 173_755, 8_582_053, 285),
        ("apj", 12_929, 32_813, 291),
    ] {
        let path = data.join(format!("{name}.txt"));
        let loaded = load(&[Input::from(path.as_path())], &LoadOptions::default(), &Silent).unwrap();
        crate::harness::check_accounting(&loaded.snapshot);
        let lines =
            std::fs::read_to_string(&path).unwrap().lines().filter(|line| !line.trim().is_empty()).count();
        assert_eq!(loaded.snapshot.provenance.rows().read, lines as u64, "{name}: every line is a row");
        let matrix = loaded.snapshot.matrix(&Holding::default());
        let packages = matrix.packages();
        let mut both = vec![0u64; packages * packages];
        for row in matrix.rows() {
            for (at, low) in row.iter().enumerate() {
                for high in &row[at + 1..] {
                    both[low.index() * packages + high.index()] += 1;
                }
            }
        }
        let held = both.iter().filter(|count| **count > 0);
        let found = (held.clone().count(), held.clone().sum::<u64>(), *held.max().unwrap());
        assert_eq!(found, (pairs, sum, largest), "{name}");
    }
}
