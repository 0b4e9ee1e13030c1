//! The text of a file that a shell has written: PowerShell writes UTF-16, and other programs of Windows a byte order mark.

/// The text of a file; none where it is no text.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let utf_16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
        rest.is_empty().then(|| String::from_utf16(&units).ok()).flatten()
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        plain => String::from_utf8(plain.to_vec()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn every_byte_order_mark_is_accepted() {
        let little = [0xFF, 0xFE, b'{', 0, b'}', 0];
        let big = [0xFE, 0xFF, 0, b'{', 0, b'}'];
        for bytes in [&b"{}"[..], b"\xEF\xBB\xBF{}", &little, &big] {
            assert_eq!(decode(bytes).as_deref(), Some("{}"), "{bytes:?}");
        }
        assert_eq!(decode(&[0xFF, 0xFE, b'{']), None);
        assert_eq!(decode(&[0xC0, 0x80]), None);
    }
}
