declare module '*.css' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a file that is loaded as text has nothing else to give.
  export default text;
}
