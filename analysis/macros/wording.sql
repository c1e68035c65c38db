-- Wording that is past its date one day: deadlines, events, "this Friday", years of a
-- copyright or a sale, in English, German, Spanish and French. Rather too few than too
-- many.

create or replace macro month_pattern() as
    '(?P<month>jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|mrz|apr(?:il)?'
    || '|may|mai|june?|juni|july?|juli|aug(?:ust)?|sep(?:t(?:ember)?)?|o[ck]t(?:ober)?'
    || '|nov(?:ember)?|de[cz](?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio'
    || '|agosto|septiembre|octubre|noviembre|diciembre'
    || '|janvier|janv|février|fevrier|févr|mars|avril|avr|juin|juillet|juil|août|aout'
    || '|septembre|octobre|novembre|décembre|decembre)\.?';

create or replace macro day_first_pattern() as
    '(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?' || month_pattern()
    || '(?:,?\s+(?:de\s+|del\s+)?(?P<year>20\d\d))?\b';

create or replace macro month_first_pattern() as
    month_pattern()
    || '\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?P<year>20\d\d))?(?:[^\d:]|$)';

create or replace macro dotted_pattern() as
    '(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?P<year>20\d\d)?';

create or replace macro iso_pattern() as
    '(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b';

-- What a pattern finds, and the day, month and year in it. names: wording, and these
-- three in the order of the pattern.
create or replace macro dated_wording(content, pattern, names) as
    list_transform(
        [regexp_extract(content, '(' || pattern || ')', names)],
        lambda found: {
            'wording': found.wording,
            'said': struct_pack(
                day := found.day, month := found.month, year := found.year
            )
        }
    )[1];

-- The first day with its month behind a cue: its wording, and day, month and year as
-- they are written; the year is empty where none is.
create or replace macro dates_behind(content, cue) as
    list_filter(
        [
            dated_wording(
                content,
                cue || day_first_pattern(),
                ['wording', 'day', 'month', 'year']
            ),
            dated_wording(
                content,
                cue || month_first_pattern(),
                ['wording', 'month', 'day', 'year']
            ),
            dated_wording(
                content, cue || dotted_pattern(), ['wording', 'day', 'month', 'year']
            ),
            dated_wording(
                content, cue || iso_pattern(), ['wording', 'year', 'month', 'day']
            )
        ],
        lambda found: found.wording != ''
    );

create or replace macro weekday_pattern() as
    '(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day'
    || '|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag'
    || '|lunes|martes|miércoles|jueves|viernes|sábado|domingo'
    || '|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)';

create or replace macro deadline_pattern() as
    '(?i)\b(?:until|till|through|ends|ending|expires|closes'
    || '|(?:order|book|apply|register|rsvp)\s+by|bis|endet|hasta|termina|finaliza'
    || '|jusqu[''’]au|se\s+termine|prend\s+fin|expire)\s+'
    || '(?:(?:on|the|zum|am|el|le|and\s+including|einschließlich)\s+)*'
    || '(?:' || weekday_pattern() || ',?\s+(?:the\s+|dem\s+|den\s+|el\s+|le\s+)?)?';

create or replace macro invitation_pattern() as
    '(?i)\b(?:join\s+us|see\s+you|save\s+the\s+date|meet\s+us|visit\s+us|register'
    || '|tickets?|besuch\w*\s+(?:uns|sie)|anmeld\w*|wir\s+sehen\s+uns|te\s+esperamos'
    || '|nos\s+vemos|vis[ií]tanos|reserva|inscr[ií]bete|venez|rendez-vous|billets?'
    || '|inscrivez-vous|réservez)\b[^.!?\n]{0,60}?\b';

-- A season comes again: from 1 April until 31 October.
create or replace macro season_pattern() as
    '(?i)\b(?:from|vom|von|desde|del|du)\s+(?:the\s+|el\s+)?'
    || '(?:\d{1,2}(?:er)?\b[^!?\n]{0,30}?|' || month_pattern() || '\s+\d{1,2}\w*\s+)'
    || '(?:until|till|through|bis|hasta|jusqu[''’]au)\b';

create or replace macro relative_pattern() as
    '(?i)\b(?:(?P<soon>tonight|today only|heute abend|nur heute|esta noche|s[oó]lo hoy'
    || '|ce soir|aujourd[''’]hui seulement)'
    || '|(?:this|coming|diese[nrs]?|kommende[nrs]?|este|esta|ce|cette)\s+'
    || '(?P<this>' || weekday_pattern()
    || '|week|weekend|week-end|woche|wochenende|semana|fin de semana|semaine'
    || '|month|monat|mes|mois)'
    || '|(?:next|nächste[nrs]?|próxim[oa])\s+(?P<next>' || weekday_pattern()
    || '|week|weekend|woche|wochenende|semana|fin de semana|month|monat|mes))\b';

create or replace macro repeating_pattern() as
    '(?i)\b(?:every|each|always|jede[nrs]?|immer|cada|todos|todas|siempre'
    || '|chaque|tous|toutes|toujours)\b';

create or replace macro copyright_pattern() as
    '(?i)(?:©|\(c\)|\bcopyright\b)\s*(?:©\s*)?(?:\d{4}\s*[-–—/]\s*)?'
    || '(?P<year>(?:19|20)\d\d)\b';

create or replace macro edition_pattern() as
    '(?i)(?:^|[^\pL\d])'
    || '(?:sale|offers?|calendar|catalog(?:ue)?|schedule|programme?|season|menu'
    || '|collection|opening\s+hours|price\s+list|kalender|katalog|programm|saison'
    || '|preisliste|öffnungszeiten|angebote?|kollektion|calendario|catálogo|temporada'
    || '|programa|rebajas|horarios?|tarifas|soldes|calendrier|saison|horaires|tarifs)'
    || '\s+(?:for\s+|für\s+|de\s+|del\s+)?'
    || '(?P<year>20\d\d)(?:[^\d/–-]|$)';

create or replace macro month_number(word) as
    coalesce(
        try_cast(word as integer),
        list_position(
            [
                'jan', 'feb', 'mar', 'apr', 'may', 'jun',
                'jul', 'aug', 'sep', 'oct', 'nov', 'dec'
            ],
            case left(strip_accents(lower(word)), 3)
                when 'fev' then 'feb' when 'avr' then 'apr' when 'aou' then 'aug'
                when 'jui'
                    then if(starts_with(lower(word), 'juin'), 'jun', 'jul')
                when 'ene' then 'jan' when 'mrz' then 'mar' when 'abr' then 'apr'
                when 'mai' then 'may' when 'ago' then 'aug' when 'okt' then 'oct'
                when 'dez' then 'dec' when 'dic' then 'dec'
                else left(strip_accents(lower(word)), 3)
            end
        )
    );

-- The day that is meant: with a year that one; else the next one after the writing
-- where its day is known, and the nearest one to it where only the first look is.
create or replace macro meant_date(day, month, year, written, is_dated) as
    case
        when year is not null then try(make_date(year, month, day))
        when is_dated
            then list_min(
                list_filter(
                    list_transform(
                        [0, 1],
                        lambda later: try(
                            make_date(year(written) + later, month, day)
                        )
                    ),
                    lambda meant: meant >= written
                )
            )
        else list_sort(
            list_filter(
                list_transform(
                    [-1, 0, 1],
                    lambda later: {
                        'gap': abs(
                            try(make_date(year(written) + later, month, day))
                            - written
                        ),
                        'meant': try(make_date(year(written) + later, month, day))
                    }
                ),
                lambda near: near.meant is not null
            )
        )[1].meant
    end;
