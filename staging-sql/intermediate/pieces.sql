create function intermediate.pieces(body text, size integer) returns text[]
language plpgsql immutable parallel safe
as $$
declare
  -- Unpacked once: a stored text would be unpacked for each piece.
  whole text := body || '';
  -- A place in a text is found by counting from its beginning: pieces are cut from blocks, or a text of megabytes takes minutes.
  block_size integer := 32 * size;
  block text;
  pieces text[] := '{}';
begin
  for block_number in 0 .. (length(whole) - 1) / block_size loop
    block := substr(whole, block_number * block_size + 1, block_size);
    for number in 0 .. (length(block) - 1) / size loop
      pieces := pieces || substr(block, number * size + 1, size);
    end loop;
  end loop;
  return pieces;
end
$$;

comment on function intermediate.pieces is 'A text cut every so many characters; an empty one is one piece.';
