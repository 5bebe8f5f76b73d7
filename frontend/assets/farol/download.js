// A list of the REST API as a CSV file.

/** Raises an Error when the server does not answer it. */
export async function downloadCsv(path, name) {
  const response = await fetch(`/api/v1${path}`, { headers: { Accept: "text/csv" }, credentials: "same-origin" });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
