/**
 * Puts the text of a chosen file in the place of a text field, so that the form is read like any other. Where none was chosen, the field
 * stays as it was typed. One that is too large is cut off one character beyond, for the field's own check to refuse.
 */
export async function withFileAsText(
  form: FormData,
  { file, field, most }: { file: string; field: string; most: number },
): Promise<FormData> {
  const chosen = form.get(file)
  form.delete(file)
  if (!(chosen instanceof File) || chosen.size === 0) return form
  form.set(field, (await chosen.slice(0, most + 4).text()).slice(0, most + 1))
  return form
}
