// Prints what each pack of cdk-nag says about the templates named as arguments:
// {packs: [name], findings: [{template, rule, resource}]}. A resource is named by its
// path in the app, which the CDK writes into its metadata, or else by its logical id.
import { readFileSync } from 'node:fs';
import { App, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import * as nag from 'cdk-nag';

const packs = Object.keys(nag).filter((name) => name.endsWith('Checks')).map((name) => new nag[name]());

const findings = process.argv.slice(2).flatMap((templateFile) => {
  const { Resources } = JSON.parse(readFileSync(templateFile, 'utf8'));
  // The template has the parameter of its bootstrap version already.
  const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
  const stack = new Stack(new App({ autoSynth: false }), 'Stack', { synthesizer });
  new CfnInclude(stack, 'Template', { templateFile });
  return packs.flatMap((pack) => pack.validateScope(stack).violations).flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => {
      const id = constructPath.split('/').pop();
      return { template: templateFile, rule: ruleName, resource: Resources[id].Metadata?.['aws:cdk:path'] ?? id };
    }));
});

process.stdout.write(JSON.stringify({ packs: packs.map((pack) => pack.readPackName), findings }));
