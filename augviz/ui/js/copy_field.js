// A text that one can see, mark and copy. The clipboard needs a secure page; elsewhere the marked text is copied the old way.

export default function (component) {
  const root = component.parentElement.querySelector('.copy-field');
  const [field, button, word, live] = ['input', 'button', '.word', '.live'].map(name => root.querySelector(name));
  if (field.value !== component.data.text) word.textContent = component.data.word;
  field.value = component.data.text;
  field.setAttribute('aria-label', component.data.label);
  field.onfocus = () => field.select();
  button.onclick = async () => {
    const isDone = await copied(field);
    word.textContent = isDone ? 'Copied' : 'Press Ctrl+C';
    live.textContent = isDone ? `${component.data.label} copied` : `${component.data.label} marked, press Ctrl+C`;
  };
}

async function copied(field) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch (refused) {
      console.info('The clipboard was refused:', refused.message);
    }
  }
  field.focus();
  field.select();
  return document.execCommand('copy');
}
