/** The form that adds a telephone. */

import { post, Refused } from "./api.js";
import { byId, write } from "./dom.js";
import { international, typo, written } from "./french.js";

const NO_NUMBER = typo("Ce n’est pas un numéro de téléphone. Essayez par exemple : 06 39 98 12 34.");

/** Let the form add telephones; `soon` asks for the state again. */
export function letAdd(soon) {
  const [form, number, name, said] = ["add-form", "add-number", "add-name", "add-said"].map(byId);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const found = international(number.value);
    number.setAttribute("aria-invalid", String(!found));
    if (!found) {
      write(said, NO_NUMBER);
      number.focus();
      return;
    }
    try {
      await post("/api/phones", { number: found, label: name.value.trim(), role: byId("add-role").value });
      write(said, typo(`C’est fait : ${name.value.trim() || written(found)} a son téléphone.`));
      form.reset();
      soon();
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      write(said, fault.message);
    }
  });
}
