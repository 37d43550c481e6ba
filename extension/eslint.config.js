// Strict, type-aware, and with no way to turn a task's text into HTML.
import js from "@eslint/js";
import tseslint from "typescript-eslint";

const HTML_FROM_TEXT = [
  "innerHTML",
  "outerHTML",
  "insertAdjacentHTML",
  "setHTMLUnsafe",
  "createContextualFragment",
  "srcdoc",
];

export default tseslint.config(
  { ignores: ["**/node_modules/**", "**/*.mjs", "**/*.js"] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ["packages/*/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "no-eval": "error",
      "no-restricted-properties": [
        "error",
        ...HTML_FROM_TEXT.map((property) => ({
          property,
          message: "A task's text is text: use textContent.",
        })),
        { object: "document", property: "write", message: "Use textContent." },
      ],
    },
  },
);
