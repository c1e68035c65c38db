-- Field or count → where a web page states it; null where nothing says.
alter table raw.posts add column sources map (text, text);
