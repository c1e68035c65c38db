-- What a bio says of telephones, opening hours and prices, as people write them. What
-- could be something else is left out: rather too little than a finding that is none.

create or replace macro phone_pattern() as
    '(?i)(?:(?:\b(?:tele)?fax|whats\s?app|isbn|iban|\bvat\b|\bust\b|steuer\w*|\btax\b'
    || '|\breg\b|\bhrb\b|\bsire[nt]\b|\bkvk\b|\bn[ro]\b)\W{0,4}(?:\pL{1,8}\W{1,3})?)?'
    || '(?:(?:\+\d|\b00?[1-9]|\(\+?\d{2,5}\))[\d ()/.–-]{4,}\d'
    || '|\b\d{3}[.-]\d{3}[.-]\d{4}\b)';

-- The telephone numbers in a text, as they are written; no fax and no messenger, which
-- may well have a number of their own, no day (01.12.2026) and no hours (0800-1800).
create or replace macro phones_in(content) as
    list_filter(
        regexp_extract_all(coalesce(content, ''), phone_pattern()),
        lambda found:
        not regexp_matches(found, '\pL')
        and length(regexp_replace(found, '\D', '', 'g')) between 7 and 15
        and not regexp_matches(found, '^\d{1,2}[./-]\d{1,2}[./-]\d{2}')
        and not regexp_matches(found, '^\d{4}\s?[-–]\s?\d{4}$')
    );

create or replace macro day_pattern() as
    '((?i:mon(?:day|tag)?|lun(?:es|di)?|tue(?:s(?:day)?)?|dienstag|mar(?:tes|di)?'
    || '|wed(?:nesday)?|mittwoch|mi[eé](?:rcoles)?|mer(?:credi)?'
    || '|thu(?:rs(?:day)?)?|donnerstag|jue(?:ves)?|jeu(?:di)?'
    || '|fri(?:day)?|freitag|vie(?:rnes)?|ven(?:dredi)?'
    || '|sat(?:urday)?|samstag|sonnabend|s[aá]b(?:ado)?|sam(?:edi)?'
    || '|sun(?:day)?|sonntag|dom(?:ingo)?|dim(?:anche)?'
    || '|daily|every\s+day|täglich|todos\s+los\s+días|tous\s+les\s+jours)'
    || '|Mo|Di|Mi|Do|Fr|Sa|So)';

create or replace macro clock_pattern() as
    '(\d{1,2})(?:[:.h](\d\d))?\s?((?i:[ap]\.?m\b\.?)?)(?:\s?(?i:uhr|h)\b)?';

-- Days, and from when until when: Mon-Fri 9am-5pm, Di–So: 10–18 Uhr.
create or replace macro hours_pattern() as
    '(?:^|[^\pL])' || day_pattern()
    || '\.?(?:\s?(?:-|–|—|\bto\b|\bthrough\b|\bbis\b|\ba\b|\bau\b|à)\s?'
    || day_pattern() || '\.?)?\s*[:,|]?\s*(?:(?:from|von|de)\s+)?'
    || clock_pattern() || '\s?(?:-|–|—|\bto\b|\bbis\b|\ba\b|à)\s?' || clock_pattern()
    || '(\s?(?:&|\+|/|,|and|und|y|et)\s?' || clock_pattern() || '\s?(?:-|–|—))?';

-- Monday is 1; 0 for every day.
create or replace macro weekday_of(word) as
    case
        when word = '' then null
        when regexp_matches(word, '(?i)^(?:dai|eve|t[aä]g|tod|tou)') then 0
        when regexp_matches(word, '(?i)^(?:dim|dom|su|so$|sonnt)') then 7
        when regexp_matches(word, '(?i)^(?:s[aá]|sonna)') then 6
        when regexp_matches(word, '(?i)^(?:mo|lu)') then 1
        when regexp_matches(word, '(?i)^(?:tu|di|mar)') then 2
        when regexp_matches(word, '(?i)^(?:we|mi|mer)') then 3
        when regexp_matches(word, '(?i)^(?:th|do|je|ju)') then 4
        else 5
    end;

create or replace macro clock_time(minutes) as
    lpad((minutes // 60)::text, 2, '0') || ':' || lpad((minutes % 60)::text, 2, '0');

-- Minutes since midnight, of twelve hours where am or pm is said.
create or replace macro minutes_of(hour, minute, half) as
    60
    * (
        hour::integer % if(half = '', 24, 12)
        + if(lower(left(half, 1)) = 'p', 12, 0)
    )
    + coalesce(try_cast(minute as integer), 0);

-- Minutes at which hours begin that say no half of the day beside those that end in the
-- afternoon: 9-5pm is the morning, 1-5pm is not, and 9-11pm could be both.
create or replace macro opening_minutes(said) as
    case
        when
            said.opens_half = ''
            and lower(left(said.closes_half, 1)) = 'p'
            and said.opens::integer < said.closes::integer
            then
                if(
                    said.opens::integer < 6,
                    minutes_of(said.opens, said.opens_minute, 'p'), null
                )
        else minutes_of(said.opens, said.opens_minute, said.opens_half)
    end;

-- 9-5 is until five in the afternoon; 18-2 is until two at night.
create or replace macro closing_minutes(opening, closing, half) as
    closing + if(half = '' and closing <= opening and closing + 720 > opening, 720, 0);

create or replace macro hours_said(wording) as
    regexp_extract(
        wording, hours_pattern(),
        [
            'first_day', 'last_day', 'opens', 'opens_minute', 'opens_half',
            'closes', 'closes_minute', 'closes_half', 'second_part'
        ]
    );

-- Bare numbers are hours where they may be those of a shop: Mon 3-5 may be people. A
-- day in two parts (10-12 & 14-18) is left alone.
create or replace macro are_hours(wording, said) as
    said.opens::integer <= 24
    and said.closes::integer <= 24
    and said.second_part = ''
    and (
        regexp_matches(wording, '(?i)\d[:.h]\d\d|[ap]\.?m\b|\buhr\b|\dh\b')
        or said.opens::integer between 6 and 12
    );

create or replace macro weekdays() as ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];

-- The weekdays from one to another, as structured data call them.
create or replace macro days_between(first_day, last_day) as
    list_filter(
        weekdays(),
        lambda day:
        first_day = 0
        or (list_position(weekdays(), day) - first_day + 7) % 7
        <= (coalesce(last_day, first_day) - first_day + 7) % 7
    );

-- When the wordings open and close, in steps: a macro repeats what it is given wherever
-- it names it.
create or replace macro said_hours(content) as
    list_transform(
        list_transform(
            regexp_extract_all(coalesce(content, ''), hours_pattern()),
            lambda found: {
                'wording': trim(found, ' ,;|:()' || chr(10)),
                'said': hours_said(found)
            }
        ),
        lambda found: {
            'wording': found.wording,
            'said': found.said,
            'first_day': weekday_of(found.said.first_day),
            'last_day': weekday_of(found.said.last_day),
            'opening': opening_minutes(found.said),
            'closing': minutes_of(
                found.said.closes, found.said.closes_minute, found.said.closes_half
            )
        }
    );

-- One for each weekday that a text states hours of: day, span (09:00-18:00), wording.
create or replace macro hours_in(content) as
    flatten(list_transform(
        list_filter(
            said_hours(content),
            lambda found:
            found.opening is not null and are_hours(found.wording, found.said)
        ),
        lambda found: list_transform(
            days_between(found.first_day, found.last_day),
            lambda day: {
                'day': day,
                'span': clock_time(found.opening)
                || '-'
                || clock_time(closing_minutes(
                    found.opening, found.closing, found.said.closes_half
                )),
                'wording': found.wording
            }
        )
    ));

-- A price right behind a thing's name; "from" before it makes it another price.
create or replace macro price_pattern(thing) as
    '(?i)(?:^|[^\pL\d])(' || regexp_escape(thing)
    || '\s*(?:[:=–—-]|for|at|only|now|just|für|nur|jetzt|por|solo|à)?\s*'
    || '(?:(€|£|\$|EUR|USD|GBP|CHF)\s?(\d{1,6}(?:[.,]\d\d)?)'
    || '|(\d{1,6}(?:[.,]\d\d)?)\s?(€|£|\$|EUR|USD|GBP|CHF)))(?:[^\d.,]|[.,]\s|[.,]?$)';

create or replace macro price_of(content, thing) as {
    'wording': regexp_extract(content, price_pattern(thing), 1),
    'sign': regexp_extract(content, price_pattern(thing), 2)
    || regexp_extract(content, price_pattern(thing), 5),
    'amount': regexp_extract(content, price_pattern(thing), 3)
    || regexp_extract(content, price_pattern(thing), 4)
};

-- Whether a sign means a currency; a dollar is that of several countries.
create or replace macro is_currency(sign, currency) as
    currency = ''
    or case upper(sign)
        when '€' then currency = 'EUR' when '£' then currency = 'GBP'
        when '$' then ends_with(currency, 'D')
        else currency = upper(sign)
    end;

-- What a name is known by: its words without accents, and all of them as one word, as
-- handles write them. One without Latin letters is not compared with one in Latin.
create or replace macro name_words(name) as
    case
        when regexp_matches(strip_accents(name), '[A-Za-z]{2}')
            then
                list_append(
                    regexp_extract_all(lower(strip_accents(name)), '[a-z\d]{2,}'),
                    regexp_replace(lower(strip_accents(name)), '[^a-z\d]', '', 'g')
                )
        else []
    end;

-- A street as it is compared: Hauptstr. 3 is Hauptstraße 3, 3 Mill Ln. is 3 mill lane.
create or replace macro plain_street(street) as
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        trim(regexp_replace(lower(street), '[^\pL\d]+', ' ', 'g')),
        '(?:straße|strasse|\bstreet|\bst)\b', 'str', 'g'
    ), '\bln\b', 'lane', 'g'), '\brd\b', 'road', 'g'), '\bave?\b', 'avenue', 'g');

-- Mill Lane of "Mill Lane 3" and of "3 Mill Lane"; lower case.
create or replace macro street_name(street) as
    trim(regexp_replace(
        lower(street), '^\d+\s?[a-z]?\b,?\s+|,?\s+\d+\s?[a-z]?$', ''
    ));

create or replace macro street_number(street) as
    regexp_extract(street, '^(\d+)', 1) || regexp_extract(street, '\s(\d+)\s?\pL?$', 1);

-- The number that a text writes beside a street; empty where it writes none.
create or replace macro number_in_street(content, street) as
    coalesce(
        nullif(regexp_extract(
            content,
            '(?i)(?:^|[^\pL])' || regexp_escape(street) || '\s+(\d{1,5})', 1
        ), ''),
        regexp_extract(
            content,
            '(?i)\b(\d{1,5})\s?[a-z]?,?\s+' || regexp_escape(street)
            || '(?:[^\pL]|$)',
            1
        )
    );
