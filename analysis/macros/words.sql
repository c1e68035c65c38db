-- How texts become words for the post-type rules.

-- Lower-case words with single spaces, spaces at both ends, <start> and <end> marked;
-- every number becomes 0, punctuation disappears, ? and % stay as words of their own, a
-- typographic apostrophe becomes a plain one.
create or replace macro plain_words(content) as
    ' <start> ' || trim(regexp_replace(
        regexp_replace(
            replace(replace(replace(
                lower(coalesce(content, '')), '’', ''''
            ), '?', ' ? '), '%', ' % '),
            '[0-9]+', '0', 'g'
        ),
        '[^\p{L}\p{M}0?%'']+', ' ', 'g'
    )) || ' <end> ';

-- A name as a code: lower case, words joined with _.
create or replace macro vocabulary_word(name) as
    trim(regexp_replace(lower(name), '[^\p{L}\p{N}]+', '_', 'g'), '_');
