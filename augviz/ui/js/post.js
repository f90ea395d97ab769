// A letter from Python to the annotator: it stands in a component of its own, so that a small answer does not carry the
// picture again, and the picture does not carry every object (augviz/ui/annotator.py).

function openLetter(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const letter = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  letter.blob = bytes.slice(4 + length);
  return letter;
}

export default function (component) {
  const office = (window.augvizOffice = window.augvizOffice || { letters: {}, readers: new Set() });
  const letter = openLetter(component.data);
  office.letters[letter.kind] = letter;
  office.readers.forEach(read => read(letter));
}
