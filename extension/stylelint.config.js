// The standard rules, without those that forbid what JupyterLab's own style sheets need.
export default {
  extends: "stylelint-config-standard",
  rules: {
    "selector-class-pattern": null, // lm-mod-hidden is Lumino's
    "custom-property-empty-line-before": null,
    "declaration-empty-line-before": null,
    "comment-empty-line-before": null,
    "no-descending-specificity": null, // rules are grouped by what they are about
    "declaration-block-no-redundant-longhand-properties": null,
  },
};
