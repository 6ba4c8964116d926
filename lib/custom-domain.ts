import { CfnOutput, Stack } from 'aws-cdk-lib'
import * as apigateway from 'aws-cdk-lib/aws-apigateway'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53'
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets'
import { Construct } from 'constructs'

/** Properties of the domain. */
export interface CustomDomainProps {
  gateway: apigateway.RestApi
  domain: string
  certificateArn: string
  /** The Route 53 zone that gets the record. */
  zone?: { id: string; name: string } | undefined
}

/** A host name of the API, which outlives the API's id; the API's own address is switched off. */
export class CustomDomain extends Construct {
  constructor(scope: Construct, id: string, { gateway, domain, certificateArn, zone }: CustomDomainProps) {
    super(scope, id)
    const name = new apigateway.DomainName(this, 'Name', {
      domainName: domain,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: apigateway.EndpointType.REGIONAL,
      securityPolicy: apigateway.SecurityPolicy.TLS_1_2,
    })
    new apigateway.BasePathMapping(this, 'Root', { domainName: name, restApi: gateway, stage: gateway.deploymentStage })
    const { defaultChild } = gateway.node
    if (defaultChild instanceof apigateway.CfnRestApi) defaultChild.disableExecuteApiEndpoint = true
    new CfnOutput(Stack.of(this), 'DomainTarget', {
      value: name.domainNameAliasDomainName,
      description: 'What the record of the domain points to',
    })
    if (!zone) return
    const hostedZone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: zone.id, zoneName: zone.name })
    const target = RecordTarget.fromAlias(new ApiGatewayDomain(name))
    new ARecord(this, 'Record', { zone: hostedZone, recordName: `${domain}.`, target })
  }
}
