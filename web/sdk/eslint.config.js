import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js", "tools/*.mjs", "tools/*.cjs"] } },
    },
    rules: {
      // Numbers in messages are meant to be there.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `const { QWAIT: _waited, ...tags }` is how a field is left out.
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      "max-lines-per-function": ["error", { max: 45, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    // Compiled by nobody, so checked for style alone.
    files: ["**/*.mjs", "**/*.cjs", "**/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // What a test knows to be there, it may say so; where it is wrong the test fails.
      "@typescript-eslint/no-non-null-assertion": "off",
      "max-lines-per-function": "off",
    },
  },
);
