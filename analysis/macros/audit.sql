-- Where a finding of the audit can be seen: an address, what stands there, and the
-- number, size or word in it that counts.
create or replace macro evidence_of(address, shown, said) as
    { 'url': address::text, 'text': shown::text, 'said': said::text };
