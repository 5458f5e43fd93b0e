//! A WARC file as a disk or a writer may have left it.
//!
//! What must hold: nothing panics, the end is reached, and an HTTP answer can be asked for its body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use zhanwen::warc::read::{Answer, Block, Item, Reader};

fuzz_target!(|input: &[u8]| {
    let mut reader = Reader::new(input, 1 << 16);
    let mut told = 0;
    while let Some(item) = reader.next().expect("memory can be read") {
        told += 1;
        // each item takes a byte at least
        assert!(told <= input.len().saturating_mul(1100), "it does not end");
        let Item::Record(record) = item else { continue };
        let _facts = (record.kind(), record.page(), record.date(), record.check_block());
        if let Block::Whole(block) = &record.block
            && let Ok(answer) = Answer::parse(block)
        {
            let _body = answer.body();
        }
    }
    assert_eq!(reader.read_so_far(), input.len() as u64);
});
