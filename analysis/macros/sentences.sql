-- How sentences are said: in English here, in any language by who reads the phrases.

-- Words of ours that stand in a sentence as a value: they are translated, too.
create or replace macro own_words(words) as words;

-- A sentence before it is said: its English with %(name)s where a value stands, and
-- those values by "name:kind" (the kinds are those of said_value), each as text that
-- casts back without loss. Values that the sentence does not name are left out. They
-- are a column of what is selected from: one that is named by others of its own select
-- is planned anew for each of them, which takes longer than all else for few rows.
-- The message is a text that stands there, no column: its names are looked for once.
create or replace macro phrase(message, named) as
    {
        'message': message,
        'values': map_from_entries(list_filter(
            map_entries(named),
            lambda entry: list_contains(
                regexp_extract_all(message, '%\((\w+)\)s', 1),
                split_part(entry.key, ':', 1)
            )
        ))
    };

-- A trait level as the subject of a sentence, still to be said: a label of ours, or a
-- sentence about %(name)s and, after a unit separator, the name.
create or replace macro level_words(dimension, level, label) as
    case
        when label is not null then label
        when dimension = 'hashtag'
            then own_words('posts with #%(name)s') || chr(31) || level
        when dimension = 'topic'
            then own_words('posts about “%(name)s”') || chr(31) || level
        when dimension = 'tag'
            then own_words('posts that you tagged “%(name)s”') || chr(31) || level
        when dimension = 'post_type'
            then
                own_words('posts of the type “%(name)s”') || chr(31)
                || replace(level, '_', ' ')
        when dimension = 'language'
            then own_words('posts in the language “%(name)s”') || chr(31) || level
        else dimension || ' ' || level
    end;

create or replace macro said_subject(words) as
    case
        when contains(words, chr(31))
            then
                replace(
                    split_part(words, chr(31), 1),
                    '%(name)s',
                    words[strpos(words, chr(31)) + 1:]
                )
        else words
    end;

-- A value in English, by its kind: name (as it is), words (of ours), subject, Subject
-- (with a capital), ratio, share, change (points with their sign), rate, count, else a
-- count with the noun of that name.
create or replace macro said_value(kind, value) as
    case kind
        when 'name' then value
        when 'words' then value
        when 'subject' then said_subject(value)
        when 'Subject'
            then upper(said_subject(value)[1]) || said_subject(value)[2:]
        when 'ratio' then ratio_number(value::double)
        when 'share' then share_in_words(value::double)
        when 'change' then signed_points(value::double)
        when 'rate' then rate_in_words(value::double)
        when 'count' then grouped(value::double)
        else
            grouped(value::double) || ' ' || case
                when round(value::double) = 1 then replace(kind, '_', ' ')
                when kind = 'company'
                    then 'companies'
                else replace(kind, '_', ' ') || 's'
            end
    end;

-- A phrase in English; null where a value that it names is not known. All its values
-- are said before they are put in their places. In steps, as a macro repeats what it is
-- given wherever it names it.
create or replace macro said(spoken) as
    case
        when
            len(list_filter(
                map_values(spoken."values"), lambda value: value is null
            )) = 0
            then
                list_transform(
                    [{
                        'names': list_transform(
                            map_keys(spoken."values"),
                            lambda key: split_part(key, ':', 1)
                        ),
                        'words': list_transform(
                            list_transform(
                                map_entries(spoken."values"),
                                lambda entry: {
                                    'kind': split_part(entry.key, ':', 2),
                                    'value': entry."value"
                                }
                            ),
                            lambda each: said_value(each.kind, each."value")
                        )
                    }],
                    lambda named:
                    split_part(spoken.message, '%(', 1)
                    || array_to_string(
                        list_transform(
                            string_split(spoken.message, '%(')[2:],
                            lambda rest: named.words[
                                list_position(
                                    named.names, split_part(rest, ')s', 1)
                                )
                            ] || rest[strpos(rest, ')s') + 2:]
                        ),
                        ''
                    )
                )[1]
    end;

-- Phrases in English, one after the other; those that are null are not said.
create or replace macro said_together(phrases) as
    array_to_string(list_transform(phrases, lambda each: said(each)), ' ');
