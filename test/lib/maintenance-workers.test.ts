import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StageName } from '../../lib/stage.ts'
import { templateOf } from '../fixtures/synthesized.ts'

const walletSecretArn = 'arn:aws:secretsmanager:eu-west-3:111122223333:secret:tickets/wallets-AbCdEf'

for (const stage of ['dev', 'production'] as StageName[])
  test(`where the stage ${stage} has wallets, one function looks for changed passes in the network, and one outside tells the wallets`, () => {
    const template = templateOf(stage, { wallets: 'apple,google', walletSecretArn })
    const handlers = Object.entries(template.findResources('AWS::Lambda::Function'))
    const functionOf = (name: string) => handlers.find(([, { Properties }]) => Properties.Handler === `${name}.handler`)
    const [findId, find] = functionOf('find-changed-passes') ?? []
    const [pushId, push] = functionOf('push-passes') ?? []
    const roles = template.findResources('AWS::IAM::Role')
    const statementsOf = (made: typeof find) => JSON.stringify(roles[made?.Properties.Role['Fn::GetAtt'][0]]?.Properties.Policies)
    assert.ok(find?.Properties.VpcConfig && !push?.Properties.VpcConfig)
    assert.equal(find.Properties.Environment.Variables.PUSH_FUNCTION.Ref, pushId)
    assert.ok(statementsOf(push).includes(walletSecretArn) && !statementsOf(push).includes('rds-db'))
    assert.ok(!statementsOf(find).includes('secretsmanager') && statementsOf(find).includes('lambda:InvokeFunction'))
    const rules = Object.values(template.findResources('AWS::Events::Rule'))
    assert.ok(rules.some(({ Properties }) => JSON.stringify(Properties.Targets).includes(`${findId}`)))
  })
