-- How texts become words for the post-type rules.

-- Lower-case words with single spaces, spaces at both ends, <start> and <end> marked; every number becomes 0,
-- punctuation disappears, ? and % stay as words of their own, a typographic apostrophe becomes a plain one.
create or replace macro plain_words(content) as
    ' <start> ' || trim(regexp_replace(
        replace(replace(regexp_replace(
            translate(
                lower(coalesce(content, '')),
                '’‘.,;:!…"“”„«»()[]{}<>/\|–—•·*_~`^=+&@$€£#' || chr(10) || chr(13) || chr(9),
                ''''''
                || '                                          ' || '   '
            ),
            '[0-9]+', '0', 'g'
        ), '?', ' ? '), '%', ' % '),
        ' +', ' ', 'g'
    )) || ' <end> ';

-- A name as a code: lower case, words joined with _.
create or replace macro vocabulary_word(name) as
    trim(regexp_replace(lower(name), '[^\p{L}\p{N}]+', '_', 'g'), '_');
