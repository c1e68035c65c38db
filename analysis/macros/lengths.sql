-- How long a text is as its network counts it (the same as reports/post_length.py, and
-- held to it by a test); sources stand in seeds.limits.

-- One emoji with all that is drawn with it: variation, skin colour, joined emojis,
-- flags and keycaps.
create or replace macro emoji_pattern() as
    '(?:[#*0-9]\x{FE0F}?\x{20E3}|[\x{1F1E6}-\x{1F1FF}]{2}'
    || '|(?:[\x{1F000}-\x{1FAFF}\x{231A}\x{231B}\x{23E9}-\x{23EC}\x{23F0}\x{23F3}'
    || '\x{25FD}\x{25FE}\x{2614}\x{2615}\x{2648}-\x{2653}\x{267F}\x{2693}\x{26A1}'
    || '\x{26AA}\x{26AB}\x{26BD}\x{26BE}\x{26C4}\x{26C5}\x{26CE}\x{26D4}\x{26EA}'
    || '\x{26F2}\x{26F3}\x{26F5}\x{26FA}\x{26FD}\x{2705}\x{270A}\x{270B}\x{2728}'
    || '\x{274C}\x{274E}\x{2753}-\x{2755}\x{2757}\x{2795}-\x{2797}\x{27B0}\x{27BF}'
    || '\x{2B1B}\x{2B1C}\x{2B50}\x{2B55}]\x{FE0F}?'
    || '|[\x{A9}\x{AE}\x{203C}-\x{3299}]\x{FE0F})'
    || '[\x{1F3FB}-\x{1F3FF}]?[\x{E0020}-\x{E007F}]*'
    || '(?:\x{200D}[\x{2190}-\x{2BFF}\x{1F000}-\x{1FAFF}]\x{FE0F}?'
    || '[\x{1F3FB}-\x{1F3FF}]?)*)';

-- A text in which every address has 23 letters, as X and Mastodon count them.
create or replace macro with_counted_addresses(content) as
    regexp_replace(
        content,
        '(?i)https?://[^\s<>"]*[^\s<>".,;:!?)\]}''…]', repeat('x', 23), 'g'
    );

-- X: NFC; Latin and most other alphabets 1, everything else and every emoji 2.
create or replace macro weighted_length(content) as
    2 * length(
        regexp_replace(
            with_counted_addresses(nfc_normalize(content)), emoji_pattern(), '一', 'g'
        )
    )
    - length(
        regexp_replace(
            regexp_replace(
                with_counted_addresses(nfc_normalize(content)),
                emoji_pattern(), '一', 'g'
            ),
            '[^\x{0}-\x{10FF}\x{2000}-\x{200D}\x{2010}-\x{201F}\x{2032}-\x{2037}]+',
            '', 'g'
        )
    );

-- Threads: characters, and of emojis the bytes.
create or replace macro length_with_emoji_bytes(content) as
    length(content)
    + coalesce(
        list_sum(
            list_transform(
                regexp_extract_all(content, emoji_pattern()),
                lambda emoji: strlen(emoji) - length(emoji)
            )
        ), 0
    );

-- Characters as the platform counts them.
create or replace macro counted_length(platform, content) as
    case platform
        when 'x' then weighted_length(content)
        when 'bluesky' then length_grapheme(content)
        when 'threads' then length_with_emoji_bytes(content)
        when 'mastodon'
            then length_grapheme(
                regexp_replace(
                    with_counted_addresses(content),
                    '(^|[^\w/])@([\w.-]+)@[\w.-]+\w', '\1@\2', 'g'
                )
            )
        else length(content)
    end;
