-- How texts become words for the post-type rules.

-- What replace() gives, in an eighth of the time; looking whether the sign is there
-- takes less still. It repeats what it is given: texts take one select after another.
create or replace macro exchanged(content, sign, other) as
    case
        when contains(content, sign)
            then array_to_string(string_split(content, sign), other)
        else content
    end;

-- What left() gives; of a short text that takes three times as long. It repeats what it
-- is given.
create or replace macro beginning(content, size) as
    case when length(content) > size then left(content, size) else content end;

-- A run of other signs is one space, and so are a space at an end and signs beside it.
create or replace macro marked_words(content) as
    ' <start>' || regexp_replace(
        ' ' || coalesce(content, '') || ' ',
        '[^\p{L}\p{M}0-9?%'']{2,}|[^\p{L}\p{M}0-9?%'' ]', ' ', 'g'
    ) || '<end> ';

create or replace macro numbers_as_0(content) as
    regexp_replace(content, '[0-9]+', '0', 'g');

-- Lower-case words with single spaces, spaces at both ends, <start> and <end> marked;
-- every number becomes 0, punctuation and emojis disappear (the sign that asks for a
-- coloured picture is a mark, \p{M}), ? and % stay as words of their own, a typographic
-- apostrophe becomes a plain one. For many texts see found_phrases.
create or replace macro plain_words(content) as
    numbers_as_0(marked_words(
        replace(replace(replace(replace(
            lower(content), chr(65039), ''
        ), '’', ''''), '?', ' ? '), '%', ' % ')
    ));

-- The primary subtag of a language that a source states.
create or replace macro stated_language(language) as
    case
        when language not in ('', 'und') then lower(split_part(language, '-', 1))
    end;

-- A name as a code: lower case, words joined with _.
create or replace macro vocabulary_word(name) as
    trim(regexp_replace(lower(name), '[^\p{L}\p{N}]+', '_', 'g'), '_');

-- Host of an address, lower case and without www.
create or replace macro site_host_of(address) as
    regexp_replace(
        lower(regexp_extract(address, '^https?://(?:[^/?#@]*@)?([^/?#]+)', 1)),
        '^www\.', ''
    );

-- Whether an address is that of something to buy: a shop, its shelves, a product.
create or replace macro leads_to_shop(address) as
    regexp_matches(
        lower(address),
        '^https?://(?:[^/?#]*\.)?(?:'
        || '(?:shop|store|tienda|boutique|loja|negozio)\.[^/?#]+'
        || '|(?:amazon|ebay|etsy|walmart|aliexpress|zalando|otto|allegro|bol'
        || '|mercadolibre|mercadolivre|flipkart|shopee|myntra)\.[a-z.]{2,6}'
        || ')(?:[/?#:]|$)'
        || '|^https?://[^/?#]+/(?:[^?#]*/)?(?:'
        || 'shop|store|tienda|boutique|loja|negozio|cart|checkout|item|listing|dp'
        || '|products?|produkte?|productos?|produits?|produtos?|prodott[oi]'
        || '|collections?|kollektion(?:en)?'
        || ')(?:[/?#]|$)'
    );

-- Whether a text in lower case sends its readers to the link in the profile. Looking
-- for the words that all ways have takes a tenth of looking for each way.
create or replace macro points_to_profile(content) as
    case
        when
            contains(content, 'bio')
            or contains(content, 'profil')
            or contains(content, 'perfil')
            or contains(content, 'बायो')
            or contains(content, 'प्रोफाइल')
            then
                regexp_matches(
                    content,
                    '(?:links?|enlace|lien|लिंक)\s+(?:\S+\s+){0,3}(?:bio|biografia'
                    || '|biografía|profile?|perfil|profilo|बायो|प्रोफाइल)(?:[^\pL]|$)'
                    || '|(?:bio|profile?|perfil|profilo|बायो|प्रोफाइल)'
                    || '(?:[ -]link|\s+में\s+लिंक)|linkinbio'
                )
        else false
    end;

create or replace macro has_digit(content) as
    contains(content, '1') or contains(content, '2') or contains(content, '0')
    or contains(content, '5') or contains(content, '3') or contains(content, '9')
    or contains(content, '4') or contains(content, '8') or contains(content, '6')
    or contains(content, '7');

-- Whether a text in lower case names a price, or a percentage off.
create or replace macro names_price(content) as
    case
        when has_digit(content)
            then
                regexp_matches(
                    content,
                    '[$€£¥₹₽₩]\s?\d|\d\s?[€£¥₹₽₩]'
                    || '|\d\s?(?:eur|usd|gbp|chf|inr|brl|mxn|euros?|dollars?|pounds?'
                    || '|rupees?)\b'
                    || '|\b(?:eur|usd|gbp|chf|inr|brl|mxn|rs\.?)\s?\d'
                    || '|\d\s?%\s?(?:off|rabatt|nachlass|discount|descuento|desconto'
                    || '|remise|sconto|छूट|di\s+sconto'
                    || '|de\s+(?:descuento|desconto|r[ée]duction))'
                    || '|[-–−]\s?\d+\s?%'
                )
        else false
    end;

-- Whether a text has an emoji or another pictograph: none is in ASCII, where there are
-- as many bytes as characters.
create or replace macro has_emoji(content) as
    case
        when strlen(content) > length(content)
            then
                regexp_matches(
                    content,
                    '[\x{1F1E6}-\x{1F1FF}\x{1F300}-\x{1FAFF}\x{2600}-\x{27BF}'
                    || '\x{2B50}\x{2B55}]'
                )
        else false
    end;

-- Last part of an address's path, without its query: the name of a file.
create or replace macro file_name_of(address) as
    nullif(regexp_extract(address, '^[^?#]*/([^/?#]+)/?(?:[?#]|$)', 1), '');

-- An address as people write it again: without scheme, www., fragment, its marks of
-- campaigns and a slash at the end.
create or replace macro plain_address(url) as
    rtrim(
        regexp_replace(
            regexp_replace(
                split_part(url, '#', 1), '[?&]utm_[^&]*', '', 'g'
            ),
            '^https?://(www\.)?',
            '',
            'i'
        ),
        '/?'
    );

-- An address of a profile, for comparing: as plain_address, in lower case, without
-- mobile, language and former hosts.
create or replace macro profile_address(url) as
    regexp_replace(
        regexp_replace(
            regexp_replace(
                lower(split_part(plain_address(url), '?', 1)),
                '^(?:m|mobile|web|[a-z]{2}(?:-[a-z]{2})?)\.([^/]*\.[^/]*/)', '\1'
            ),
            '^twitter\.com/', 'x.com/'
        ),
        '/+$', ''
    );
