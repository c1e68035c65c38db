-- What structured data of a page say of business, products and events, and its
-- sentences that may be past their date.
alter table raw.sites add column statements struct(
    about text, fact text, value text
)[];
alter table raw.sites add column passages text[];
